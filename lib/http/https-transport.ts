import http from 'node:http';
import https from 'node:https';
import { IDLE_CONNECTION_CLOSED_AFTER } from '../time/time-budget.ts';
import { VERSION } from '../version.ts';
import { awaitResponse } from './exchange.ts';
import { RESPONSE_LIMIT } from './size-limits.ts';
import { findTlsAlert } from './tls-alert.ts';
import { type HandshakeEvidence, TransportError } from './transport-error.ts';

export interface HttpsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Absent or empty if there is none. */
  readonly body?: string;
  readonly signal: AbortSignal;
  /** PEM of what the client presents in the TLS handshake; default: nothing. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
}

export interface HttpsResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded, whatever `content-encoding` says. */
  readonly body: string;
}

/** Sends one request; follows no redirect, so that no secret is sent to an unchecked URL. */
export type HttpsTransport = (url: URL, request: HttpsRequest) => Promise<HttpsResponse>;

/** A proxy of plain http requests. */
export interface PlainProxy {
  readonly url: URL;
  /** What authenticates at the proxy. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The proxies between this machine and others. */
export interface Proxies {
  /**
   * The `https.Agent` that opens TLS connections through a proxy; `undefined` if there is none. The
   * declarations of the SDK contain this type, and must not need those of Node.js.
   */
  readonly secure: object | undefined;
  /** @returns `undefined` if the URL is reached without a proxy */
  plain(url: URL): PlainProxy | undefined;
}

export interface HttpsTransportOptions {
  /** Default: none. */
  readonly proxies?: Proxies | undefined;
  /** Bytes of a body, before and after decoding; default {@link RESPONSE_LIMIT}. */
  readonly responseLimit?: number;
  /** Limit of connections to one host; default: no limit. */
  readonly maxSockets?: number;
}

/** Options of a pool of connections, TLS 1.2 or higher. */
export const POOL = {
  keepAlive: true,
  timeout: IDLE_CONNECTION_CLOSED_AFTER,
  minVersion: 'TLSv1.2',
} as const satisfies https.AgentOptions;

/** Some firewalls refuse requests without a `User-Agent`. */
export const USER_AGENT = `token-vending/${VERSION}`;

// Some servers encode what they send unless the request asks for no encoding.
const HEADERS = { 'user-agent': USER_AGENT, 'accept-encoding': 'identity' };

/**
 * One pool of `node:https` connections, TLS 1.2 or higher: the global fetch takes 30 to 60 ms and
 * 10 MB at every cold start. `http:` URLs are for loopback only, which callers must check.
 *
 * @throws TransportError, from the function that it returns; or the `reason` of the signal
 */
export function openHttpsTransport(options: HttpsTransportOptions = {}): HttpsTransport {
  const { responseLimit = RESPONSE_LIMIT, maxSockets = Infinity, proxies } = options;
  const secure =
    (proxies?.secure as https.Agent | undefined) ?? new https.Agent({ ...POOL, maxSockets });
  const plain = new http.Agent({ ...POOL, maxSockets });
  const idleSince = new WeakMap<object, number>();
  for (const agent of [secure, plain])
    agent.on('free', (socket: object) => void idleSince.set(socket, Date.now()));
  return async (url, request) => {
    request.signal.throwIfAborted();
    const isPlain = url.protocol === 'http:';
    const agent = isPlain ? plain : secure;
    const proxy = isPlain ? proxies?.plain(url) : undefined;
    const target = proxy?.url ?? url;
    // Lambda freezes the process between requests, and the timer that closes idle connections too.
    const since = Date.now() - IDLE_CONNECTION_CLOSED_AFTER;
    dropIdleConnections(agent, target, (socket) => Number(idleSince.get(socket)) <= since);
    let outgoing: http.ClientRequest | undefined;
    let handshake: (() => HandshakeEvidence) | undefined;
    try {
      outgoing =
        proxy === undefined ? send(url, request, agent) : sendVia(proxy, url, request, agent);
      handshake = watchHandshake(outgoing);
      const { message, body } = await awaitResponse(outgoing, responseLimit, request.signal);
      return { status: message.statusCode as number, headers: flatten(message.headers), body };
    } catch (error) {
      if (outgoing?.reusedSocket) dropIdleConnections(agent, target);
      throw request.signal.aborted ? request.signal.reason : toTransportError(error, handshake?.());
    }
  };
}

function send(url: URL, request: HttpsRequest, agent: http.Agent): http.ClientRequest {
  const { request: open } = url.protocol === 'https:' ? https : http;
  const { method, body = '', clientCertificate } = request;
  // The agent keeps connections of different certificates apart.
  const tls = clientCertificate && {
    cert: clientCertificate.certificate,
    key: clientCertificate.key,
  };
  return open(url, { method, headers: headersOf(request), agent, ...tls }).end(body);
}

// A proxy gets the whole URL as the target (RFC 9112 section 3.2.2).
function sendVia(
  proxy: PlainProxy,
  url: URL,
  request: HttpsRequest,
  agent: http.Agent,
): http.ClientRequest {
  const { method, body = '' } = request;
  const headers = { ...headersOf(request), ...proxy.headers, host: url.host };
  return http.request(proxy.url, { method, headers, agent, path: url.href }).end(body);
}

// In TLS 1.2 the client has keys once it has sent its part of the handshake. In TLS 1.3 it has them
// before, and no error comes between. A failed handshake leaves no other sign of how far it went.
function watchHandshake(outgoing: http.ClientRequest): () => HandshakeEvidence {
  const reached = { keys: false, response: false };
  outgoing
    .on('socket', (socket) => {
      if (outgoing.reusedSocket) return;
      socket.once('keylog', () => {
        reached.keys = true;
      });
    })
    .on('response', () => {
      reached.response = true;
    });
  return () => ({ clientSeen: reached.keys && !reached.response });
}

function headersOf({ headers, body = '' }: HttpsRequest): Record<string, string> {
  // Node.js sets no length for DELETE and GET.
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return { ...HEADERS, ...headers, ...length };
}

/**
 * A gateway that forgot one idle connection to a host has probably forgotten all of them. Without
 * them, the next attempt opens a connection.
 */
function dropIdleConnections(
  agent: http.Agent,
  { hostname, port, protocol }: URL,
  matches: (socket: object) => boolean = () => true,
): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  const prefix = `${host}:${port || (protocol === 'https:' ? 443 : 80)}:`;
  for (const [name, sockets = []] of Object.entries(agent.freeSockets)) {
    if (name.startsWith(prefix)) for (const socket of sockets.filter(matches)) socket.destroy();
  }
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

// Node.js names certificate errors after OpenSSL's X509_V_ERR_*, and errors of its HTTP parser HPE_*.
const TLS_CODE = /CERT|^ERR_TLS|^UNABLE_TO|ISSUER|EPROTO|SSL/;
const PARSER_CODE = /^HPE_/;

function toTransportError(error: unknown, handshake: HandshakeEvidence = {}): TransportError {
  if (error instanceof TransportError) return error;
  const code = String((error as NodeJS.ErrnoException).code ?? 'unknown');
  const evidence = { ...handshake, alert: findTlsAlert(error) };
  if (TLS_CODE.test(code)) return new TransportError('tls_unacceptable', code, error, evidence);
  if (PARSER_CODE.test(code)) return new TransportError('response_unreadable', code);
  return new TransportError('connection_failed', code, error, evidence);
}
