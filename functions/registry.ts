import process from 'node:process';
import { parseRegistryConfig } from '../lib/registry/config.ts';
import { serveRegistry } from '../lib/registry/serve-registry.ts';
import { handlerOf } from './endpoint-handler.ts';
import { openRegistry } from './open-registry.ts';

const config = parseRegistryConfig(process.env);
const registry = await openRegistry(config, process.env, import.meta.dirname);

export const handler = handlerOf(
  config.endpoint,
  async (http) => await serveRegistry(registry, http),
);
