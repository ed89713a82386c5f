// The real function with nothing done in init: everything is opened by the first invocation, at its share of CPU.
import process from 'node:process';
import { type Invocation, readInvocation, writeLambdaResult } from '../../lib/http/lambda-event.ts';
import { parseFunctionConfig } from '../../lib/vending/config.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import type { Vending } from '../../lib/vending/vending.ts';

const config = parseFunctionConfig(process.env);
let vending: Promise<Vending> | undefined;

async function open(): Promise<Vending> {
  const { openVending } = await import('../../functions/open-vending.ts');
  return await openVending(config, process.env, import.meta.dirname);
}

export const handler = async (event: unknown, invocation: Invocation) => {
  vending ??= open();
  const http = readInvocation(event, invocation, config.endpoint);
  return writeLambdaResult(await serveRequest(await vending, http));
};
