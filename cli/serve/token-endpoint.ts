import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenOptions } from '../../client/token-client.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { FORM_LIMIT } from '../../lib/http/size-limits.ts';
import type { VendedToken } from '../../lib/http/wire.ts';
import { SERVE_REQUEST_TIMEOUT } from '../../lib/time/time-budget.ts';
import { CommandError } from '../command-error.ts';
import { type EndpointError, toEndpointError } from './error-response.ts';
import { sendError, sendJson } from './http-response.ts';
import { LoopbackError } from './loopback-error.ts';
import { describeProvider, describeServer, emptyKeySet } from './metadata.ts';
import type { OneTimeClient } from './one-time-client.ts';
import { isOtherUser } from './peer-user.ts';
import { readTokenRequest, type TokenDefaults, toTokenResponse } from './token-request.ts';

export interface TokenEndpointOptions {
  /** 0 selects a free port. */
  readonly port: number;
  readonly client: OneTimeClient;
  readonly defaults: TokenDefaults;
  /** Returns tokens; it caches and renews them. */
  readonly getToken: (options: TokenOptions) => Promise<VendedToken>;
  readonly report: Report;
  /** Replaceable, for tests. */
  readonly isOtherUser?: typeof isOtherUser;
}

/** Receives every response of the token endpoint. */
export interface Report {
  vended(token: VendedToken): void;
  refused(error: EndpointError): void;
}

export interface TokenEndpoint {
  /** `http://127.0.0.1:PORT`. */
  readonly issuer: string;
  /** Closes the port and every connection. The client secret is invalid from then on. */
  close(): Promise<void>;
}

interface Route {
  readonly method: 'GET' | 'POST';
  respond(request: http.IncomingMessage, signal: AbortSignal): unknown;
}

/**
 * An OAuth2 authorization server on 127.0.0.1 for one client: RFC 6749 client credentials in, vended tokens out.
 *
 * @throws CommandError 2 if the port is in use or cannot be used
 */
export async function openTokenEndpoint(options: TokenEndpointOptions): Promise<TokenEndpoint> {
  const closing = new AbortController();
  const server = http.createServer({
    requestTimeout: SERVE_REQUEST_TIMEOUT,
    headersTimeout: SERVE_REQUEST_TIMEOUT,
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const routes = openRoutes(issuer, options);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const foreign = rememberBySocket(options.isOtherUser ?? isOtherUser);

  const respond = async (request: http.IncomingMessage, signal: AbortSignal) => {
    // A web page whose own name resolves to 127.0.0.1 still sends that name (DNS rebinding).
    // Node.js keeps only the first of several Host headers (RFC 9112 section 3.2 forbids them).
    const named = request.headersDistinct['host'] ?? [];
    if (named.length !== 1 || !hosts.includes(named[0] as string))
      throw new LoopbackError('host_refused');
    if (await foreign(request.socket)) throw new LoopbackError('user_refused');
    return await findRoute(routes, request).respond(request, signal);
  };

  server.on('request', (request, response) => {
    const left = new AbortController();
    response.on('close', () => left.abort());
    const signal = AbortSignal.any([closing.signal, left.signal]);
    respond(request, signal).then(
      (body) => sendJson(response, body),
      (thrown) => {
        if (signal.aborted) return;
        const error = toEndpointError(thrown);
        options.report.refused(error);
        sendError(response, error);
      },
    );
  });

  return {
    issuer,
    async close() {
      closing.abort();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function listen(server: http.Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', ({ code }: NodeJS.ErrnoException) => {
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`;
    reject(new CommandError(2, `port ${port} ${why}: choose another with --port`));
  });
  server.listen(port, '127.0.0.1', resolve);
  await promise;
}

function openRoutes(
  issuer: string,
  { client, defaults, getToken, report }: TokenEndpointOptions,
): ReadonlyMap<string, Route> {
  const document = (content: object): Route => ({ method: 'GET', respond: () => content });
  const token: Route = {
    method: 'POST',
    async respond(request, signal) {
      const form = await readForm(request);
      const options = readTokenRequest(form, client, defaults);
      const vended = await getToken({ ...options, signal });
      report.vended(vended);
      return toTokenResponse(vended);
    },
  };
  return new Map([
    ['/oauth2/token', token],
    ['/oauth2/jwks', document(emptyKeySet)],
    ['/.well-known/oauth-authorization-server', document(describeServer(issuer))],
    ['/.well-known/openid-configuration', document(describeProvider(issuer))],
  ]);
}

function findRoute(
  routes: ReadonlyMap<string, Route>,
  { url = '', method }: http.IncomingMessage,
): Route {
  const route = routes.get(url.split('?', 1)[0] as string);
  if (route === undefined) throw new VendError('route_unknown');
  if (route.method !== method) throw new VendError('method_unknown', { allow: route.method });
  return route;
}

function rememberBySocket(
  find: typeof isOtherUser,
): (socket: http.IncomingMessage['socket']) => Promise<boolean> {
  const results = new WeakMap<object, Promise<boolean>>();
  return (socket) => {
    const result = results.get(socket) ?? find(socket);
    results.set(socket, result);
    return result;
  };
}

async function readForm(request: http.IncomingMessage) {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // A body over the limit is read to its end, else the client never sees the response. It is not kept.
    if (length <= FORM_LIMIT) chunks.push(chunk);
    length += chunk.length;
  }
  const [, query = ''] = (request.url ?? '').split('?', 2);
  const { 'content-type': contentType = '', authorization } = request.headers;
  const headers = {
    'content-type': contentType,
    ...(authorization === undefined ? {} : { authorization }),
  };
  return { query, headers, body: Buffer.concat(chunks).toString() };
}
