import type http from 'node:http';
import { type Failure, toErrorAnswer } from './failure.ts';

/** Answers with JSON. */
export function sendJson(
  response: http.ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    // RFC 6749 section 5.1 demands both Cache-Control and Pragma of an answer that holds a token.
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      ...headers,
    })
    .end(JSON.stringify(body));
}

/** Answers with a failure (RFC 6749 section 5.2). */
export function sendFailure(response: http.ServerResponse, failure: Failure): void {
  const { status, retryAfter, allow } = failure;
  sendJson(response, toErrorAnswer(failure), status, {
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="token-vending"' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(allow === undefined ? {} : { allow }),
  });
}
