import { errorReply } from './behaviour.ts';
import type { Reply, ScriptedServer, SeenRequest } from './scripted-server.ts';
import { publishedJwk, serverKey, signToken } from './signed-token.ts';

/** What a server issues for a request. Members of the token response, besides the token. */
export interface IssuedResponse {
  readonly token: string | { readonly claims: object; readonly header?: object };
  readonly response: object;
}

/** The dialect of a kind of server, as its documentation and bug reports of other clients describe it. */
export interface KnownServer {
  /** By URL. Any other URL has none. */
  readonly metadata: Readonly<Record<string, object>>;
  /** URL of the keys; absent if nobody can verify the tokens. */
  readonly keys?: string;
  readonly tokenEndpoint: string;
  readonly authentication: 'basic' | 'post' | 'assertion';
  /** Parameters that each token request must have. */
  readonly requires?: Readonly<Record<string, string>>;
  /** `aud` of client assertions. */
  readonly assertionAudience?: string;
  /** @param now seconds since the Unix epoch */
  readonly issue: (form: URLSearchParams, now: number) => IssuedResponse;
  /** Members of the response to the caller. */
  readonly vended: object;
}

const KEY = 'RS256';

/** The private key of a client that signs assertions. */
export const clientKey = () => ({ ...serverKey('ES256 client').pair.privateJwk, kid: '1' });

/** Makes the scripted server behave so, for the client of a document. */
export function playServer(
  server: ScriptedServer,
  known: KnownServer,
  document: Readonly<Record<string, unknown>>,
  now: () => number,
): void {
  server.routes.clear();
  for (const [url, body] of Object.entries(known.metadata)) server.routes.set(url, { body });
  if (known.keys !== undefined) {
    const key = { ...publishedJwk(KEY), kid: KEY, use: 'sig', x5c: ['MII'] };
    server.routes.set(known.keys, { body: { keys: [key] } });
  }
  server.routes.set(known.tokenEndpoint, async (request) => {
    const refusal = refuse(known, request, document);
    return refusal ?? (await respond(known, request, Math.floor(now() / 1000)));
  });
}

function refuse(
  { authentication, requires = {}, assertionAudience }: KnownServer,
  { form, headers }: SeenRequest,
  { client_id, client_secret, grant_type }: Readonly<Record<string, unknown>>,
): Reply | undefined {
  const { authorization = '' } = headers;
  const isAuthenticated = {
    basic: authorization === `Basic ${btoa(`${client_id}:${client_secret}`)}`,
    post:
      authorization === '' &&
      form.get('client_id') === client_id &&
      form.get('client_secret') === client_secret,
    assertion: audienceOf(form.get('client_assertion')) === assertionAudience,
  }[authentication];
  if (!isAuthenticated) return errorReply(401, 'invalid_client');
  const required = { grant_type: grant_type ?? 'client_credentials', ...requires };
  const isComplete = Object.entries(required).every(([name, value]) => form.get(name) === value);
  return isComplete ? undefined : errorReply(400, 'invalid_request');
}

function audienceOf(assertion: string | null): unknown {
  const [, payload = ''] = (assertion ?? '').split('.');
  return payload === '' ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString()).aud;
}

async function respond({ issue }: KnownServer, { form }: SeenRequest, now: number): Promise<Reply> {
  const { token, response } = issue(form, now);
  const access_token =
    typeof token === 'string'
      ? token
      : await signToken(KEY, { typ: 'JWT', kid: KEY, ...token.header }, token.claims);
  return { body: { access_token, ...response } };
}
