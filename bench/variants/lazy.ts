// The real function with nothing done in init: everything is opened by the first invocation, at its share of CPU.
import process from 'node:process';
import { readLambdaEvent, writeLambdaResult } from '../../lib/http/lambda-event.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import type { Vending } from '../../lib/vending/vending.ts';

let vending: Promise<Vending> | undefined;

async function open(): Promise<Vending> {
  const { openVending } = await import('../../functions/open-vending.ts');
  return await openVending(process.env, import.meta.dirname);
}

export const handler = async (event: unknown) => {
  vending ??= open();
  return writeLambdaResult(await serveRequest(await vending, readLambdaEvent(event)));
};
