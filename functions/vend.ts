import process from 'node:process';
import middy, { type MiddlewareObj } from '@middy/core';
import { VendError } from '../lib/errors/vend-error.ts';
import { type LambdaResult, readLambdaEvent, writeLambdaResult } from '../lib/http/lambda-event.ts';
import { reportError } from '../lib/metrics/report-error.ts';
import { serveRequest } from '../lib/vending/serve-request.ts';
import { openVending } from './open-vending.ts';

// Top-level await: what is opened here is opened in the init phase, at full CPU whatever the memory size.
const vending = await openVending(process.env, import.meta.dirname);

/** Whatever no layer below turned into an answer: still JSON, still without a word from outside. */
function respondInternal(): MiddlewareObj<unknown, LambdaResult, Error> {
  return {
    onError: ({ error, context }) => {
      reportError(VendError.from(error), context.awsRequestId);
      const body = JSON.stringify({
        error: 'server_error',
        code: 'internal',
        request_id: context.awsRequestId,
      });
      return writeLambdaResult({
        status: 500,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body,
      });
    },
  };
}

// The core has deadlines of its own; middy's early timeout would only add a timer to each request.
export const handler = middy<unknown, LambdaResult>({ timeoutEarlyInMillis: 0 })
  .use(respondInternal())
  .handler(async (event) => writeLambdaResult(await serveRequest(vending, readLambdaEvent(event))));
