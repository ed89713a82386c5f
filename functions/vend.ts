import process from 'node:process';
import middy, { type MiddlewareObj } from '@middy/core';
import { VendError } from '../lib/errors/vend-error.ts';
import { type LambdaResult, readInvocation, writeLambdaResult } from '../lib/http/lambda-event.ts';
import { reportError } from '../lib/metrics/report-error.ts';
import { parseFunctionConfig } from '../lib/vending/config.ts';
import { serveRequest } from '../lib/vending/serve-request.ts';
import { openVending } from './open-vending.ts';

// Top-level await runs in the init phase, at full CPU whatever the memory size.
const config = parseFunctionConfig(process.env);
const vending = await openVending(config, process.env, import.meta.dirname);

/** The response to an error that no other layer handled: JSON, without any text from outside. */
function respondInternal(): MiddlewareObj<unknown, LambdaResult, Error> {
  return {
    onError: ({ error, context }) => {
      reportError(VendError.from(error), { requestId: context.awsRequestId });
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

// The core has its own deadlines. The early timeout of middy would only add a timer to each
// request.
export const handler = middy<unknown, LambdaResult>({ timeoutEarlyInMillis: 0 })
  .use(respondInternal())
  .handler(async (event, context) => {
    const http = readInvocation(event, context, config.endpoint);
    return writeLambdaResult(await serveRequest(vending, http));
  });
