import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeOneTimeClient } from '../../../cli/serve/one-time-client.ts';
import {
  openTokenEndpoint,
  type TokenEndpoint,
  type TokenEndpointOptions,
} from '../../../cli/serve/token-endpoint.ts';
import type { TokenOptions } from '../../../client/token-client.ts';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import type { VendedToken } from '../../../lib/http/wire.ts';

const CREDENTIAL = 'checkout/orders-api';
const client = makeOneTimeClient([CREDENTIAL]);
const opened: TokenEndpoint[] = [];

afterEach(async () => {
  for (const endpoint of opened.splice(0)) await endpoint.close();
});

const token: VendedToken = {
  access_token: 'canary-access-token',
  token_type: 'Bearer',
  expires_in: 1234,
  scope: 'orders:read',
  expires_at: 1,
  issued_at: 1,
  credential: CREDENTIAL,
  mint_id: 'm',
  vend_id: 'v',
  source: 'minted',
};

/** An endpoint on a source of tokens that records its requests. */
async function open(options: Partial<TokenEndpointOptions> = {}) {
  const requested: TokenOptions[] = [];
  const reported: string[] = [];
  const endpoint = await openTokenEndpoint({
    port: 0,
    client,
    defaults: { scope: ['default'], audience: [], resource: [], minTtl: 90 },
    getToken: async (request) => {
      requested.push(request);
      return token;
    },
    report: {
      vended: ({ vend_id }) => reported.push(vend_id),
      refused: ({ code }) => reported.push(code),
    },
    ...options,
  });
  opened.push(endpoint);
  const { issuer } = endpoint;
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
    const json = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, json };
  };
  return { endpoint, issuer, requested, reported, post };
}

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const GRANT = 'grant_type=client_credentials';
const inBody = `${GRANT}&client_id=${CREDENTIAL}&client_secret=${client.secret}`;

describe('the loopback token endpoint', () => {
  it('accepts client_secret_basic, form-encoded or not, and client_secret_post', async () => {
    const { post, reported } = await open();
    const encoded = basic(encodeURIComponent(CREDENTIAL), client.secret.replaceAll('-', '%2D'));
    const responses = [
      await post(GRANT, basic(CREDENTIAL, client.secret)),
      await post(GRANT, encoded),
      await post(`${GRANT}&client_id=${encodeURIComponent(CREDENTIAL)}`, encoded),
      await post(inBody),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(reported).toEqual(['v', 'v', 'v', 'v']);
  });

  it('returns the members of RFC 6749 only, without absolute times, and forbids caching', async () => {
    const { post } = await open();
    const { json, headers } = await post(inBody);
    expect(json).toEqual({
      access_token: 'canary-access-token',
      token_type: 'Bearer',
      expires_in: 1234,
      scope: 'orders:read',
      credential: CREDENTIAL,
      mint_id: 'm',
      vend_id: 'v',
      source: 'minted',
    });
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    const bare = await open({ getToken: async () => ({ ...token, scope: '' }) });
    expect((await bare.post(inBody)).json).not.toHaveProperty('scope');
  });

  it('forwards scope, audience and resource, and uses the defaults for absent ones', async () => {
    const { post, requested } = await open();
    await post(`${inBody}&scope=b+a&audience=x&audience=y&resource=https%3A%2F%2Fr.example`);
    await post(inBody);
    expect(requested).toEqual([
      expect.objectContaining({
        credential: CREDENTIAL,
        scope: ['a', 'b'],
        audience: ['x', 'y'],
        resource: ['https://r.example'],
        minTtl: 90,
      }),
      expect.objectContaining({ scope: ['default'], audience: [], resource: [], minTtl: 90 }),
    ]);
  });

  it('ignores other parameters, as RFC 6749 section 3.2 demands', async () => {
    const { post, requested } = await open();
    const body = `${inBody}&min_ttl=5&nonce=a&nonce=b&redirect_uri=x`;
    expect((await post(body)).status).toBe(200);
    expect(requested).toEqual([expect.objectContaining({ credential: CREDENTIAL, minTtl: 90 })]);
  });

  it('forwards the hash of a token that an API rejected', async () => {
    const { post, requested } = await open();
    const rejected = 'ab'.repeat(32);
    await post(`${inBody}&rejected_token_sha256=${rejected}`);
    expect(requested).toEqual([expect.objectContaining({ rejected })]);
  });

  const wrongSecret = `${client.secret.slice(0, -1)}.`;
  it.each([
    ['no client', GRANT, {}],
    ['an id alone', `${GRANT}&client_id=${CREDENTIAL}`, {}],
    ['a wrong secret in the body', `${GRANT}&client_id=${CREDENTIAL}&client_secret=wrong`, {}],
    ['a wrong secret of the same length', GRANT, basic(CREDENTIAL, wrongSecret)],
    ['an empty secret', GRANT, basic(CREDENTIAL, '')],
    ['another client id', GRANT, basic('checkout/reports-api', client.secret)],
    ['a Basic header without a colon', GRANT, { authorization: 'Basic YWJj' }],
    ['a Basic header that is not base64', GRANT, { authorization: 'Basic ***' }],
    ['broken percent encoding', GRANT, basic('%E0', client.secret)],
    ['a Bearer header', GRANT, { authorization: `Bearer ${client.secret}` }],
    ['an assertion', `${inBody}&client_assertion=x&client_assertion_type=y`, {}],
  ])('rejects %s as invalid_client, with a challenge', async (_what, body, headers) => {
    const { post, requested, reported } = await open();
    const refused = await post(body, headers);
    expect([refused.status, refused.json['error'], refused.json['code']]).toEqual([
      401,
      'invalid_client',
      'client_unauthenticated',
    ]);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="token-vending"');
    expect([requested, reported]).toEqual([[], ['client_unauthenticated']]);
    expect(JSON.stringify(refused.json)).not.toContain(client.secret);
  });

  it.each([
    [
      'another grant',
      inBody.replace('client_credentials', 'password'),
      {},
      'unsupported_grant_type',
    ],
    ['no grant', inBody.replace('grant_type', 'audience'), {}, /grant_type is missing/],
    ['a repeated parameter', `${inBody}&scope=a&scope=b`, {}, /scope must not be repeated/],
    [
      'a hash of a rejected token that is none',
      `${inBody}&rejected_token_sha256=x`,
      {},
      /rejected_token_sha256 must be 64/,
    ],
    [
      'both ways to authenticate',
      inBody,
      basic(CREDENTIAL, client.secret),
      /client_secret must not/,
    ],
    [
      'two clients',
      `${GRANT}&client_id=a%2Fb`,
      basic(CREDENTIAL, client.secret),
      /same in the body/,
    ],
    ['JSON', '{}', { 'content-type': 'application/json' }, /Content-Type must be/],
    ['more than 8 KiB', `${inBody}&scope=${'x'.repeat(100_000)}`, {}, /at most 8192 bytes/],
  ])('rejects %s and names it', async (_what, body, headers, told) => {
    const { post, requested } = await open();
    const { status, json } = await post(body, headers as Record<string, string>);
    expect(status).toBe(400);
    if (typeof told === 'string') expect(json['error']).toBe(told);
    else
      expect(json).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringMatching(told),
      });
    expect(requested).toEqual([]);
  });

  it('rejects parameters in the query, which logs would show', async () => {
    const { issuer } = await open();
    const response = await fetch(`${issuer}/oauth2/token?${inBody}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/not in the query/);
  });

  it('describes itself in both standards, each document under its own issuer', async () => {
    const { issuer } = await open();
    const read = async (path: string) => (await fetch(issuer + path)).json();
    const server = await read('/.well-known/oauth-authorization-server');
    expect(server).toEqual({
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
    });
    const provider = (await read('/.well-known/openid-configuration')) as { jwks_uri: string };
    expect(provider).toMatchObject(server as object);
    expect(await (await fetch(provider.jwks_uri)).json()).toEqual({ keys: [] });
  });

  it('rejects every other route and method', async () => {
    const { issuer } = await open();
    expect((await fetch(`${issuer}/oauth2/introspect`)).status).toBe(404);
    const get = await fetch(`${issuer}/oauth2/token`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const put = await fetch(`${issuer}/.well-known/openid-configuration`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it.each([
    ['tokens.example.com', 421],
    ['127.0.0.1', 421],
    ['127.0.0.1.nip.example:PORT', 421],
    ['localhost:PORT', 200],
  ])('responds to the Host header %s with %i', async (host, status) => {
    const { issuer } = await open();
    const { port } = new URL(issuer);
    const request = http.get(`${issuer}/.well-known/openid-configuration`, {
      headers: { host: host.replace('PORT', port) },
    });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  it.each([
    ['a second host after its own', ['127.0.0.1:PORT', 'tokens.example.com']],
    ['its own host twice', ['127.0.0.1:PORT', '127.0.0.1:PORT']],
    ['no host', []],
  ])('refuses a request that names %s', async (_, hosts) => {
    const { issuer } = await open();
    const { port } = new URL(issuer);
    const socket = net.connect(Number(port), '127.0.0.1');
    const lines = hosts.map((host) => `Host: ${host.replace('PORT', port)}\r\n`).join('');
    // Version 1.0, because Node.js itself refuses a request of 1.1 without Host.
    socket.write(`GET /oauth2/jwks HTTP/1.0\r\n${lines}\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('rejects the connections of other users, and checks once for each connection', async () => {
    let looked = 0;
    const isOtherUser = async () => {
      looked += 1;
      return true;
    };
    const { issuer, post, requested } = await open({ isOtherUser });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = 0; turn < 2; turn += 1) {
      const request = http.get(`${issuer}/oauth2/jwks`, { agent });
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      await text(response);
      expect(response.statusCode).toBe(403);
    }
    agent.destroy();
    expect(looked).toBe(1);
    expect((await post(inBody)).json).toMatchObject({
      error: 'access_denied',
      code: 'user_refused',
    });
    expect(requested).toEqual([]);
  });

  it.each([
    [
      new TokenVendingError('policy_denied', {
        says: 'No "policy".',
        advice: 'Ask.',
        requestId: 'r',
      }),
      { status: 403, error: 'access_denied', code: 'policy_denied', request_id: 'r' },
    ],
    [
      new TokenVendingError('upstream_rate_limited', { says: 'Slow.', retryAfter: 7 }),
      {
        status: 429,
        error: 'temporarily_unavailable',
        code: 'upstream_rate_limited',
        retryAfter: '7',
      },
    ],
    [
      new TokenVendingError('endpoint_timeout'),
      { status: 503, error: 'temporarily_unavailable', code: 'endpoint_timeout' },
    ],
    [
      new TokenVendingError('aws_credentials_unavailable'),
      { status: 500, error: 'server_error', code: 'aws_credentials_unavailable' },
    ],
    [new TypeError('canary-of-a-bug'), { status: 500, error: 'server_error', code: 'internal' }],
  ])('returns %s in the shape of RFC 6749, with code and advice', async (error, expected) => {
    const { post, reported } = await open({ getToken: () => Promise.reject(error) });
    const { status, json, headers } = await post(inBody);
    const retryAfter = headers.get('retry-after');
    expect({ status, ...json, ...(retryAfter === null ? {} : { retryAfter }) }).toMatchObject(
      expected,
    );
    expect(json['error_description']).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
    expect(json['error_description']).toContain(`(${expected.code})`);
    expect(json['error_uri']).toMatch(new RegExp(`/docs/troubleshooting\\.md#${expected.code}$`));
    expect(JSON.stringify(json)).not.toContain('canary');
    expect(reported).toEqual([expected.code]);
  });

  it('aborts a request whose client has left, and reports nothing', async () => {
    const { promise: requested, resolve: send } = Promise.withResolvers<AbortSignal>();
    const { issuer, reported } = await open({
      getToken: ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          send(signal as AbortSignal);
        }),
    });
    const leaver = new AbortController();
    const left = fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(inBody),
      signal: leaver.signal,
    });
    const signal = await requested;
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    if (!signal.aborted) await once(signal, 'abort');
    expect(reported).toEqual([]);
  });

  it('aborts requests under way when it closes, and responds to none', async () => {
    const { promise: requested, resolve: send } = Promise.withResolvers<void>();
    const { endpoint, issuer, post } = await open({
      getToken: () => {
        send();
        return Promise.withResolvers<never>().promise;
      },
    });
    const cut = post(inBody);
    await requested;
    await Promise.all([expect(cut).rejects.toThrow(), endpoint.close()]);
    const socket = net.connect(Number(new URL(issuer).port), '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('says that a port is in use, and how to choose another', async () => {
    const { issuer } = await open();
    await expect(open({ port: Number(new URL(issuer).port) })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^port \d+ is taken: choose another with --port$/),
    });
  });
});

describe('a one-time client', () => {
  it('has a new secret in every run', () => {
    const other = makeOneTimeClient([CREDENTIAL]);
    expect(other.secret).toMatch(/^[\w-]{43}$/);
    expect(other.isRight(CREDENTIAL, other.secret)).toBe(true);
    expect(other.isRight(CREDENTIAL, client.secret)).toBe(false);
  });
});
