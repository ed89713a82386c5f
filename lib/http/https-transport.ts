import http from 'node:http';
import https from 'node:https';
import { VendError } from '../errors/vend-error.ts';

export interface HttpsRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request; follows no redirect, so that nothing secret travels where nobody checked. */
export type HttpsTransport = (url: URL, request: HttpsRequest) => Promise<HttpsResponse>;

/** A token answer or a JWKS has a few KiB; whoever sends more is not read on. */
const ANSWER_LIMIT = 64 * 1024;

/**
 * One connection pool over `node:https`, TLS 1.2 or higher: the global fetch would cost 30 to 60 ms and 10 MB at every
 * cold start. `http:` URLs are for loopback; whoever makes the URL has checked that.
 *
 * @param environment names proxies (`HTTPS_PROXY`, `NO_PROXY`), for who runs behind one; the function does not
 * @throws VendError `upstream_unavailable` (connection), `upstream_invalid` (certificate, answer over 64 KiB), or the
 *   `reason` of the signal
 */
export function openHttpsTransport(environment?: NodeJS.ProcessEnv): HttpsTransport {
  const proxied = environment === undefined ? {} : { proxyEnv: environment };
  const options = { keepAlive: true, maxSockets: 64, timeout: 60_000, ...proxied };
  const secure = new https.Agent({ ...options, minVersion: 'TLSv1.2' });
  const plain = new http.Agent(options);
  return async (url, request) => {
    request.signal.throwIfAborted();
    try {
      return await send(url, request, url.protocol === 'https:' ? secure : plain);
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      throw translate(error);
    }
  };
}

async function send(url: URL, request: HttpsRequest, agent: http.Agent): Promise<HttpsResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const { request: open } = url.protocol === 'https:' ? https : http;
  const body = request.body ?? '';
  const headers =
    request.body === undefined
      ? request.headers
      : { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
  open(url, { method: request.method, headers, agent, signal: request.signal })
    .on('response', resolve)
    .on('error', reject)
    .end(body);
  const message = await promise;
  return {
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: await readCapped(message),
  };
}

async function readCapped(message: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_LIMIT) {
      throw new VendError('upstream_invalid', {
        detail: `answer larger than ${ANSWER_LIMIT} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function translate(error: unknown): VendError {
  if (error instanceof VendError) return error;
  const code = String((error as NodeJS.ErrnoException).code ?? 'unknown');
  // Node names certificate failures after OpenSSL's X509_V_ERR_*; trying again mends none of them.
  return /CERT|^ERR_TLS|^UNABLE_TO|ISSUER|EPROTO|SSL/.test(code)
    ? new VendError('upstream_invalid', {
        says: 'The TLS certificate or protocol of the authorization server is not acceptable.',
        detail: code,
        cause: error,
      })
    : new VendError('upstream_unavailable', { detail: code, cause: error });
}
