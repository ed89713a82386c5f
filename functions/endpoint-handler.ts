import middy, { type MiddlewareObj } from '@middy/core';
import { VendError } from '../lib/errors/vend-error.ts';
import { type LambdaResult, readInvocation, writeLambdaResult } from '../lib/http/lambda-event.ts';
import type { HttpRequest, HttpResponse } from '../lib/http/messages.ts';
import type { OwnEndpoint } from '../lib/http/own-endpoint.ts';
import { reportError } from '../lib/metrics/report-error.ts';

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

/**
 * The handler of a function behind an endpoint.
 *
 * @param serve never throws
 */
export function handlerOf(
  endpoint: OwnEndpoint,
  serve: (http: HttpRequest) => Promise<HttpResponse>,
) {
  // The core has its own deadlines. The early timeout of middy would only add a timer to each
  // request.
  return middy<unknown, LambdaResult>({ timeoutEarlyInMillis: 0 })
    .use(respondInternal())
    .handler(async (event, context) =>
      writeLambdaResult(await serve(readInvocation(event, context, endpoint))),
    );
}
