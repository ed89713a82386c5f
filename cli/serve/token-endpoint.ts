import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenOptions } from '../../client/token-client.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { BODY_LIMIT } from '../../lib/http/form.ts';
import type { VendedToken } from '../../lib/http/wire.ts';
import { SERVE_REQUEST_TIMEOUT } from '../../lib/time/time-budget.ts';
import { CommandFailed } from '../command-failed.ts';
import { type Failure, toFailure } from './failure.ts';
import { sendFailure, sendJson } from './http-answer.ts';
import { describeProvider, describeServer, emptyKeySet } from './metadata.ts';
import type { OneTimeClient } from './one-time-client.ts';
import { isOtherUser } from './peer-user.ts';
import { Refusal } from './refusal.ts';
import { readTokenRequest, type TokenDefaults, toTokenResponse } from './token-request.ts';

export interface TokenEndpointOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly client: OneTimeClient;
  readonly defaults: TokenDefaults;
  /** Where tokens come from; it keeps and renews them. */
  readonly getToken: (options: TokenOptions) => Promise<VendedToken>;
  readonly report: Report;
  /** Replaceable, for tests. */
  readonly isOtherUser?: typeof isOtherUser;
}

/** Told of every answer of the token endpoint, and of every refusal. */
export interface Report {
  vended(token: VendedToken): void;
  refused(failure: Failure): void;
}

export interface TokenEndpoint {
  /** `http://127.0.0.1:PORT`. */
  readonly issuer: string;
  /** Closes the port, cuts what is under way; the client secret is dead. */
  close(): Promise<void>;
}

interface Route {
  readonly method: 'GET' | 'POST';
  answer(request: http.IncomingMessage, signal: AbortSignal): unknown;
}

/**
 * An OAuth2 authorization server on 127.0.0.1 for one client: RFC 6749 client credentials in, vended tokens out.
 *
 * @throws CommandFailed 2 where the port is taken or not to be had
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

  const answer = async (request: http.IncomingMessage, signal: AbortSignal) => {
    // A page that had its own name resolved to 127.0.0.1 still sends that name (DNS rebinding).
    if (!hosts.includes(request.headers.host ?? '')) throw new Refusal('host_refused');
    if (await foreign(request.socket)) throw new Refusal('user_refused');
    return await findRoute(routes, request).answer(request, signal);
  };

  server.on('request', (request, response) => {
    const left = new AbortController();
    response.on('close', () => left.abort());
    const signal = AbortSignal.any([closing.signal, left.signal]);
    answer(request, signal).then(
      (body) => sendJson(response, body),
      (error) => {
        if (signal.aborted) return;
        const failure = toFailure(error);
        options.report.refused(failure);
        sendFailure(response, failure);
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
    reject(new CommandFailed(2, `port ${port} ${why}: choose another with --port`));
  });
  server.listen(port, '127.0.0.1', resolve);
  await promise;
}

function openRoutes(
  issuer: string,
  { client, defaults, getToken, report }: TokenEndpointOptions,
): ReadonlyMap<string, Route> {
  const document = (content: object): Route => ({ method: 'GET', answer: () => content });
  const token: Route = {
    method: 'POST',
    async answer(request, signal) {
      const form = await readForm(request);
      const options = readTokenRequest(form, client, defaults);
      const answer = await getToken({ ...options, signal });
      report.vended(answer);
      return toTokenResponse(answer);
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
  ask: typeof isOtherUser,
): (socket: http.IncomingMessage['socket']) => Promise<boolean> {
  const answers = new WeakMap<object, Promise<boolean>>();
  return (socket) => {
    const answer = answers.get(socket) ?? ask(socket);
    answers.set(socket, answer);
    return answer;
  };
}

async function readForm(request: http.IncomingMessage) {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // What is too long is read to its end, or the client would never see the answer, but not kept beyond being too long.
    if (length <= BODY_LIMIT) chunks.push(chunk);
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
