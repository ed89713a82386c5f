import { ISSUER, TOKEN_CANARY } from '../fake-ports.ts';
import { CANARY } from '../invalid-upstream-rows.ts';
import type { Reply, Route, ScriptedServer, SeenRequest } from './scripted-server.ts';
import { publishedJwk, signToken } from './signed-token.ts';

/** How a server differs from one that follows the standards. Members that are `undefined` are left out. */
export interface Behaviour {
  /** Default: https://auth.example.com. */
  readonly issuer?: string;
  /** Members of the metadata. */
  readonly metadata?: object;
  /** Whole responses by URL, or by path at the host of the issuer. */
  readonly routes?: Readonly<Record<string, Route>>;
  /** Published keys. Default: the key that signs. */
  readonly keys?: readonly object[];
  /** Members of the token response. */
  readonly response?: object;
  /** Seconds of a token that the server repeats until it ends, with `expires_in` counting down. */
  readonly repeats?: number;
  /** Makes the token a JWT with these claims besides those of RFC 9068. */
  readonly claims?: object;
  /** The payload of the JWT as it is. */
  readonly payload?: string;
  /** Members of the header of the JWT. */
  readonly header?: object;
  /** Name of the key that signs; default `ES256`. */
  readonly key?: string;
  /** The response of the token endpoint instead. */
  readonly token?: Route;
}

/** The part of a server that issues tokens. */
export interface Issued {
  /** Every access token. */
  readonly tokens: string[];
  /** Time of the first token: milliseconds. */
  firstAt?: number;
}

/**
 * Makes the scripted server behave so.
 *
 * @param now milliseconds, by the clock of the function
 */
export function playBehaviour(
  server: ScriptedServer,
  behaviour: Behaviour,
  now: () => number,
  issued: Issued,
): void {
  const { issuer = ISSUER, routes = {}, key = 'ES256' } = behaviour;
  const base = issuer.replace(/\/$/, '');
  const metadata = {
    issuer,
    token_endpoint: `${base}/oauth2/token`,
    jwks_uri: `${base}/jwks`,
    revocation_endpoint: `${base}/oauth2/revoke`,
    introspection_endpoint: `${base}/oauth2/introspect`,
    ...behaviour.metadata,
  };
  server.routes.clear();
  const set = (path: string, route: Route) => server.routes.set(new URL(path, base).href, route);
  set(`${base}/.well-known/openid-configuration`, { body: metadata });
  set(`${base}/jwks`, () => ({
    body: { keys: behaviour.keys ?? [{ ...publishedJwk(key), kid: key }] },
  }));
  const token = behaviour.token ?? ((request) => respond(behaviour, request, now(), issued));
  set(`${base}/oauth2/token`, token);
  set(`${base}/oauth2/revoke`, {});
  set(`${base}/oauth2/introspect`, { body: { active: false } });
  for (const [path, route] of Object.entries(routes)) set(path, route);
}

async function respond(
  behaviour: Behaviour,
  request: Pick<SeenRequest, 'form'>,
  now: number,
  issued: Issued,
): Promise<Reply> {
  const { repeats } = behaviour;
  if (repeats === undefined) return await issueToken(behaviour, request, now, issued);
  issued.firstAt ??= now;
  const seconds = Math.floor((now - issued.firstAt) / 1000);
  const access_token = `${TOKEN_CANARY}-period-${Math.floor(seconds / repeats)}`;
  const response = { access_token, expires_in: repeats - (seconds % repeats) - 1 };
  return await issueToken({ ...behaviour, response }, request, now, issued);
}

/** A token response in the dialect of the server. */
async function issueToken(
  { issuer = ISSUER, response, claims, payload, header, key = 'ES256' }: Behaviour,
  { form }: Pick<SeenRequest, 'form'>,
  now: number,
  { tokens }: Issued,
): Promise<Reply> {
  const seconds = Math.floor(now / 1000);
  const number = tokens.length + 1;
  const standard = {
    iss: issuer,
    sub: 'orders-client',
    client_id: 'orders-client',
    aud: form.getAll('audience').length > 0 ? form.getAll('audience') : 'orders-client',
    iat: seconds,
    exp: seconds + 3600,
    jti: `jti-${number}`,
    ...claims,
  };
  const isJwt = claims !== undefined || payload !== undefined;
  const access_token = isJwt
    ? await signToken(key, { typ: 'at+jwt', kid: key, ...header }, payload ?? standard)
    : `${TOKEN_CANARY}-${number}`;
  const body = { access_token, token_type: 'Bearer', expires_in: 3600, ...response };
  tokens.push(String(body.access_token));
  return { body };
}

/** An error response. Its description is text that must not be repeated. */
export const errorReply = (status: number, error: unknown, more: object = {}): Reply => ({
  status,
  body: { error, error_description: CANARY, ...more },
});

/** A page of a proxy. */
export const page = (status: number, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body: `<!doctype html><title>${CANARY}</title>`,
});
