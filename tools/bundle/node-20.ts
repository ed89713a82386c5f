// Injected into programs that must run on Node.js 20 (the command line, the thin providers).
import { parseUrl, withResolvers } from './later-builtins.ts';

Promise.withResolvers ??= withResolvers;
URL.parse ??= parseUrl;
