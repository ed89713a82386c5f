import type http from 'node:http';
import { type EndpointError, toErrorBody } from './error-response.ts';

/** Sends a JSON response. */
export function sendJson(
  response: http.ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    // RFC 6749 section 5.1 requires both Cache-Control and Pragma on a response that contains a token.
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      ...headers,
    })
    .end(JSON.stringify(body));
}

/** Sends an error response (RFC 6749 section 5.2). */
export function sendError(response: http.ServerResponse, error: EndpointError): void {
  const { status, retryAfter, allow } = error;
  sendJson(response, toErrorBody(error), status, {
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="token-vending"' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(allow === undefined ? {} : { allow }),
  });
}
