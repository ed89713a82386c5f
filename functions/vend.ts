import process from 'node:process';
import { parseFunctionConfig } from '../lib/vending/config.ts';
import { serveRequest } from '../lib/vending/serve-request.ts';
import { handlerOf } from './endpoint-handler.ts';
import { openVending } from './open-vending.ts';

// Top-level await runs in the init phase, at full CPU whatever the memory size.
const config = parseFunctionConfig(process.env);
const vending = await openVending(config, process.env, import.meta.dirname);

export const handler = handlerOf(
  config.endpoint,
  async (http) => await serveRequest(vending, http),
);
