import http from 'node:http';
import https from 'node:https';
import { IDLE_CONNECTION_CLOSED_AFTER } from '../time/time-budget.ts';
import { TransportError } from './transport-error.ts';

export interface HttpsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Absent or empty if there is none. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpsResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request; follows no redirect, so that no secret is sent to an unchecked URL. */
export type HttpsTransport = (url: URL, request: HttpsRequest) => Promise<HttpsResponse>;

export interface HttpsTransportOptions {
  /** Names proxies (`HTTPS_PROXY`, `NO_PROXY`), which Node.js follows from 24.5 on; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Bytes of a body; default 64 KiB: a token response or a JWKS has a few KiB. */
  readonly responseLimit?: number;
  /** Limit of connections to one host; default: no limit. */
  readonly maxSockets?: number;
}

/**
 * One pool of `node:https` connections, TLS 1.2 or higher: the global fetch takes 30 to 60 ms and
 * 10 MB at every cold start. `http:` URLs are for loopback only, which callers must check.
 *
 * @throws TransportError, from the function that it returns; or the `reason` of the signal
 */
export function openHttpsTransport(options: HttpsTransportOptions = {}): HttpsTransport {
  const { environment = {}, responseLimit = 64 * 1024, maxSockets = Infinity } = options;
  const pool = {
    keepAlive: true,
    maxSockets,
    timeout: IDLE_CONNECTION_CLOSED_AFTER,
    proxyEnv: environment,
  };
  const secure = new https.Agent({ ...pool, minVersion: 'TLSv1.2' });
  const plain = new http.Agent(pool);
  return async (url, request) => {
    request.signal.throwIfAborted();
    try {
      const message = await send(url, request, url.protocol === 'https:' ? secure : plain);
      const body = await readCapped(message, responseLimit);
      return { status: message.statusCode as number, headers: flatten(message.headers), body };
    } catch (error) {
      throw request.signal.aborted ? request.signal.reason : toTransportError(error);
    }
  };
}

async function send(
  url: URL,
  { method, headers, body = '', signal }: HttpsRequest,
  agent: http.Agent,
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const { request: open } = url.protocol === 'https:' ? https : http;
  // Node.js sets no length for DELETE and GET.
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  open(url, { method, headers: { ...headers, ...length }, agent, signal })
    .on('response', resolve)
    .on('error', reject)
    .end(body);
  return await promise;
}

async function readCapped(message: http.IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit)
      throw new TransportError('response_too_large', `larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

// Node.js names certificate errors after OpenSSL's X509_V_ERR_*.
const TLS_CODE = /CERT|^ERR_TLS|^UNABLE_TO|ISSUER|EPROTO|SSL/;

function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const code = String((error as NodeJS.ErrnoException).code ?? 'unknown');
  const kind = TLS_CODE.test(code) ? 'tls_unacceptable' : 'connection_failed';
  return new TransportError(kind, code, error);
}
