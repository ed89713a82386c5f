import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { AuthorizationServer } from '../../../lib/grant/authorization-server.ts';
import { openDirectTokens, openHydra } from '../../../provider/hiiretail/direct-tokens.ts';
import { hosts } from '../../../provider/hiiretail/hosts.ts';
import type { DirectSettings } from '../../../provider/hiiretail/settings-direct.ts';
import { FakeClock } from '../../support/fake-clock.ts';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const clock = () => new FakeClock();
const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** An authorization server with scripted responses, the last of which repeats. */
async function startServer(replies: Reply[], fake = clock()) {
  const seen: { path: string; authorization: string; body: URLSearchParams; at: number }[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { authorization = '' } = request.headers;
      const { url: path = '' } = request;
      seen.push({ path, authorization, body: new URLSearchParams(body), at: fake.now() });
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      const text = typeof reply?.body === 'string' ? reply.body : JSON.stringify(reply?.body ?? '');
      response
        .writeHead(reply?.status ?? 500, { 'content-type': 'application/json', ...reply?.headers })
        .end(text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const good: Reply = {
  status: 200,
  body: { access_token: 'opaque', expires_in: 3600, scope: '' },
};
const settings = (more: Partial<DirectSettings>): DirectSettings => ({
  mode: 'direct',
  clientId: 'id-1',
  clientSecret: 'fake+secret%1',
  tokenUrl: undefined,
  issuer: 'https://auth.retailsvc.com',
  audience: 'https://hiiretail.com',
  scopes: [],
  ...more,
});

function open(
  more: Partial<DirectSettings>,
  { maxRetries = 3, fake = clock(), server = openHydra({}) } = {},
) {
  const fetchToken = openDirectTokens({
    settings: settings(more),
    timeout: 30_000,
    maxRetries,
    server,
    clock: fake,
  });
  return { fake, fetchToken };
}

/** Runs without waiting for the clock, while responses come over loopback. */
async function run<T>(fake: FakeClock, work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  finished.catch(() => undefined);
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await fake.advance(250);
  }
  return await finished;
}

describe('tokens from the authorization server', () => {
  it('are requested with HTTP Basic, the audience of Hii Retail and no scope', async () => {
    const { url, seen } = await startServer([good]);
    const { fetchToken, fake } = open({ tokenUrl: `${url}/oauth2/token?version=2` });
    const token = await fetchToken(undefined);
    expect(token.accessToken).toBe('opaque');
    expect(token.expiresAt - fake.now()).toBe(3_600_000);
    expect(seen).toHaveLength(1);
    const [request] = seen;
    expect(request?.path).toBe('/oauth2/token?version=2');
    expect(Object.fromEntries(request?.body ?? [])).toEqual({
      grant_type: 'client_credentials',
      audience: 'https://hiiretail.com',
    });
    // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
    const basic = Buffer.from(request?.authorization.slice(6) ?? '', 'base64').toString();
    expect(basic.split(':').map(decodeURIComponent)).toEqual(['id-1', 'fake+secret%1']);
  });

  it('are requested with scopes and another audience if the configuration says so', async () => {
    const { url, seen } = await startServer([good]);
    const more = { tokenUrl: `${url}/t`, scopes: ['b', 'a'], audience: 'https://other.example' };
    await open(more).fetchToken(undefined);
    expect(Object.fromEntries(seen[0]?.body ?? [])).toMatchObject({
      scope: 'b a',
      audience: 'https://other.example',
    });
  });

  it('are requested at the endpoint from discovery, with or without a trailing slash of the issuer', async () => {
    const metadata: Reply = { status: 200, body: {} };
    const { url, seen } = await startServer([metadata, good]);
    Object.assign(metadata.body as object, {
      issuer: `${url}/`,
      token_endpoint: `${url}/oauth2/token`,
    });
    await open({ issuer: url }).fetchToken(undefined);
    expect(seen.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/oauth2/token',
    ]);
  });

  it.each([
    ['has no metadata', async () => undefined],
    [
      'does not respond',
      async () => {
        throw new VendError('upstream_unavailable');
      },
    ],
  ])('are requested at the built-in endpoint if the issuer %s', async (_, readMetadata) => {
    for (const { issuer, tokenUrl } of Object.values(hosts)) {
      const requested: string[] = [];
      const server: AuthorizationServer = {
        readMetadata,
        requestToken: async ({ metadata }) => {
          requested.push(metadata.tokenEndpoint);
          return { access_token: 'opaque', expires_in: 60 };
        },
        revokeToken: async () => 'unsupported',
        introspectToken: async () => ({ active: false }),
      };
      expect((await open({ issuer }, { server }).fetchToken(undefined)).accessToken).toBe('opaque');
      expect(requested).toEqual([tokenUrl]);
    }
  });

  it('are requested at the endpoint from discovery after it fails for a moment', async () => {
    const metadata: Reply = { status: 200, body: {} };
    const { url, seen } = await startServer([{ status: 503 }, metadata, good]);
    Object.assign(metadata.body as object, { issuer: url, token_endpoint: `${url}/oauth2/token` });
    const { fake, fetchToken } = open({ issuer: url });
    expect((await run(fake, fetchToken(undefined))).accessToken).toBe('opaque');
    expect(seen.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/.well-known/openid-configuration',
      '/oauth2/token',
    ]);
  });

  it('are rejected from responses over 256 KiB, like metadata', async () => {
    const padding = 'x'.repeat(256 * 1024);
    const token = await startServer([{ status: 200, body: { ...(good.body as object), padding } }]);
    const metadata: Reply = { status: 200, body: {} };
    const discovery = await startServer([metadata]);
    const token_endpoint = `${discovery.url}/oauth2/token`;
    Object.assign(metadata.body as object, { issuer: discovery.url, token_endpoint, padding });
    for (const more of [{ tokenUrl: `${token.url}/t` }, { issuer: discovery.url }]) {
      await expect(open(more).fetchToken(undefined)).rejects.toMatchObject({
        code: 'upstream_invalid',
        detail: expect.stringContaining('larger than 262144 bytes'),
      });
    }
    expect([...token.seen, ...discovery.seen].map(({ path }) => path)).toEqual([
      '/t',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
    ]);
  });

  it('are not requested at an endpoint of another host or issuer', async () => {
    const elsewhere = 'https://elsewhere.example/token';
    const lies = [
      (url: string) => ({ issuer: url, token_endpoint: elsewhere }),
      (url: string) => ({ issuer: 'https://other.example', token_endpoint: `${url}/token` }),
      (url: string) => ({ issuer: url, token_endpoint: 'http://10.0.0.1/token' }),
    ];
    for (const lie of lies) {
      const metadata: Reply = { status: 200, body: {} };
      const { url, seen } = await startServer([metadata]);
      Object.assign(metadata.body as object, lie(url));
      const { fetchToken } = open({ issuer: url });
      await expect(fetchToken(undefined)).rejects.toMatchObject({ code: 'upstream_invalid' });
      expect(seen.every(({ path }) => path.startsWith('/.well-known/'))).toBe(true);
    }
  });

  it.each([
    [{ status: 500 }],
    [{ status: 502, body: '<html>Bad Gateway</html>' }],
    [{ status: 503, body: { error: 'temporarily_unavailable' } }],
    [{ status: 408 }],
    [{ status: 409, body: { error: 'error' } }],
    [{ status: 429, headers: { 'retry-after': '2' } }],
  ])('are requested again after %j', async (reply: Reply) => {
    const { url, seen } = await startServer([reply, reply, good]);
    const { fake, fetchToken } = open({ tokenUrl: `${url}/t` });
    expect((await run(fake, fetchToken(undefined))).accessToken).toBe('opaque');
    expect(seen).toHaveLength(3);
  });

  it('are requested max_retries times more, after 1, 2 and 4 seconds, without a wait after the last', async () => {
    const { url, seen } = await startServer([{ status: 503 }]);
    const { fake, fetchToken } = open({ tokenUrl: `${url}/t` });
    const begin = fake.now();
    await expect(run(fake, fetchToken(undefined))).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(seen).toHaveLength(4);
    // The jitter is at its middle. The clock moves in steps of a quarter of a second.
    expect((fake.now() - begin) / 1000).toBeGreaterThanOrEqual(7);
    expect((fake.now() - begin) / 1000).toBeLessThan(11);
  });

  it('are not requested again with max_retries = 0', async () => {
    const { url, seen } = await startServer([{ status: 503 }]);
    const { fetchToken } = open({ tokenUrl: `${url}/t` }, { maxRetries: 0 });
    await expect(fetchToken(undefined)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(seen).toHaveLength(1);
  });

  it.each([0, 3])(
    'are requested %d times more if discovery fails, because max_retries includes it',
    async (maxRetries) => {
      const { url, seen } = await startServer([{ status: 503 }]);
      const { fake, fetchToken } = open({ issuer: url }, { maxRetries });
      await expect(run(fake, fetchToken(undefined))).rejects.toMatchObject({
        code: 'upstream_unavailable',
      });
      expect(seen.map(({ path }) => path)).toEqual(
        Array(maxRetries + 1).fill('/.well-known/openid-configuration'),
      );
    },
  );

  it('fail at once if Retry-After is over a minute, and the error quotes it', async () => {
    const { url, seen } = await startServer([{ status: 429, headers: { 'retry-after': '61' } }]);
    const { fetchToken } = open({ tokenUrl: `${url}/t` });
    await expect(fetchToken(undefined)).rejects.toMatchObject({
      code: 'upstream_rate_limited',
      retryAfter: 61,
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    [{ status: 401, body: { error: 'invalid_client' } }, 'credential_refused'],
    [{ status: 400, body: { error: 'invalid_scope' } }, 'scope_refused'],
    [{ status: 400, body: { error: 'unauthorized_client' } }, 'credential_refused'],
    [{ status: 400, body: { error: 'invalid_request' } }, 'upstream_invalid'],
    [{ status: 200, body: '<html>' }, 'upstream_invalid'],
    [{ status: 302, headers: { location: 'https://elsewhere.example/' } }, 'upstream_invalid'],
    [
      { status: 200, body: { access_token: 'x', token_type: 'mac', expires_in: 5 } },
      'token_unacceptable',
    ],
    [{ status: 200, body: { access_token: 'x', token_type: 'bearer' } }, 'token_unacceptable'],
    [{ status: 200, body: { access_token: 'x', expires_in: -5 } }, 'token_unacceptable'],
  ])('fail at once after %j', async (reply: Reply, code) => {
    const { url, seen } = await startServer([reply]);
    const { fetchToken } = open({ tokenUrl: `${url}/t` });
    await expect(fetchToken(undefined)).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['7', 7_000],
    ['60', 60_000],
  ])('are requested again when Retry-After says, in %s seconds', async (value, wait) => {
    const headers = { 'retry-after': value };
    const fake = clock();
    const { url, seen } = await startServer([{ status: 429, headers }, good], fake);
    const { fetchToken } = open({ tokenUrl: `${url}/t` }, { fake });
    await run(fake, fetchToken(undefined));
    const [first = 0, second = 0] = seen.map(({ at }) => at);
    expect(seen).toHaveLength(2);
    expect(second - first).toBeGreaterThanOrEqual(wait);
    // The clock moves while a response travels. Without Retry-After the wait would be a second.
    expect(second - first).toBeLessThan(wait + 20_000);
  });

  it('expire at the exp of a JWT if expires_in is missing', async () => {
    const fake = clock();
    const exp = fake.now() / 1000 + 600;
    const claims = Buffer.from(JSON.stringify({ exp })).toString('base64url');
    const body = { access_token: `e30.${claims}.c2ln`, token_type: 'Bearer' };
    const { url } = await startServer([{ status: 200, body }]);
    const { fetchToken } = open({ tokenUrl: `${url}/t` }, { fake });
    expect((await fetchToken(undefined)).expiresAt - fake.now()).toBe(600_000);
  });

  it('expire expires_in after the request, whatever exp says', async () => {
    const fake = clock();
    for (const skew of [-7_200, 7_200]) {
      const exp = fake.now() / 1000 + 3600 + skew;
      const claims = Buffer.from(JSON.stringify({ exp })).toString('base64url');
      const body = {
        access_token: `e30.${claims}.c2ln`,
        expires_in: 3600,
      };
      const { url } = await startServer([{ status: 200, body }]);
      const { fetchToken } = open({ tokenUrl: `${url}/t` }, { fake });
      expect((await fetchToken(undefined)).expiresAt - fake.now()).toBe(3_600_000);
    }
  });

  it('fail without secret, client id and text of the server in the error', async () => {
    const body = { error: 'invalid_client', error_description: 'no fake+secret%1 for id-1' };
    const { url } = await startServer([{ status: 401, body }]);
    const { fetchToken } = open({ tokenUrl: `${url}/t` });
    const error = await fetchToken(undefined).catch((error: unknown) => error);
    expect((error as { detail: string }).detail).toMatch(
      /^token: status 401, invalid_client, token server 127\.0\.0\.1:\d+, client [0-9a-f]{8} \(SHA-256\)$/,
    );
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(
      /fake\+secret|id-1/,
    );
  });
});
