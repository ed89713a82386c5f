import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { TokenClient, type TokenClientOptions, TokenVendingError } from '../../client/index.ts';
import type { HttpsResponse } from '../../lib/http/https-transport.ts';

const TOKEN = 'canary-access-token';
const SECRET = 'canary-secret-access-key';
const START = Date.UTC(2026, 10, 23, 12);

/** A client on an endpoint that responds from a list, and then always with the last response. */
function clientOn(
  responses: (Partial<HttpsResponse> | Error)[],
  options: Partial<TokenClientOptions> = {},
) {
  const requests: { path: string; body: string; headers: Readonly<Record<string, string>> }[] = [];
  const time = { now: START };
  const client = new TokenClient({
    endpoint: 'https://abc.lambda-url.eu-north-1.on.aws/',
    credentials: async () => ({
      accessKeyId: 'LOCALKEY',
      secretAccessKey: SECRET,
      sessionToken: 'session',
    }),
    now: () => time.now,
    transport: async (url, { body = '', headers }) => {
      requests.push({ path: url.pathname, body, headers });
      const next = responses[Math.min(requests.length, responses.length) - 1];
      if (next instanceof Error) throw next;
      return { status: 200, headers: {}, body: '', ...next };
    },
    ...options,
  });
  return { client, requests, time };
}

const token = (overrides: object = {}): Partial<HttpsResponse> => ({
  body: JSON.stringify({
    access_token: TOKEN,
    token_type: 'Bearer',
    expires_in: 3600,
    scope: '',
    expires_at: START / 1000 + 3600,
    issued_at: START / 1000,
    credential: 'a/b',
    mint_id: 'm',
    vend_id: 'v',
    source: 'minted',
    ...overrides,
  }),
});
const errorResponse = (
  code: string,
  status: number,
  headers: Record<string, string> = {},
): Partial<HttpsResponse> => ({
  status,
  headers,
  body: JSON.stringify({
    error: 'x',
    error_description: `${code} happened.`,
    error_uri: 'u',
    code,
    request_id: 'r-1',
    advice: 'Do this.',
  }),
});
const aws = (
  status: number,
  body: object,
  type: string,
  more: Record<string, string> = {},
): Partial<HttpsResponse> => ({
  status,
  headers: { 'x-amzn-errortype': type, ...more },
  body: JSON.stringify(body),
});
const request = { credential: 'a/b' };

describe('token client', () => {
  it('signs for the service and region of the host, and sends a form', async () => {
    const { client, requests } = clientOn([token()]);
    const given = await client.getToken({
      credential: 'a/b',
      scope: ['y', 'x'],
      audience: ['q', 'p'],
      resource: ['https://r'],
      minTtl: 900,
    });
    expect(given.access_token).toBe(TOKEN);
    expect(requests[0]).toMatchObject({
      path: '/oauth2/token',
      body: 'grant_type=client_credentials&client_id=a%2Fb&scope=x+y&audience=p&audience=q&resource=https%3A%2F%2Fr&min_ttl=900',
      headers: {
        authorization: expect.stringMatching(
          /Credential=LOCALKEY\/20261123\/eu-north-1\/lambda\/aws4_request/,
        ),
        'x-amz-security-token': 'session',
      },
    });
  });

  it('sends no min_ttl that nobody asked for', async () => {
    const { client, requests } = clientOn([token()]);
    await client.getToken(request);
    expect(requests[0]?.body).toBe('grant_type=client_credentials&client_id=a%2Fb');
  });

  it.each([TOKEN, hash('sha256', TOKEN, 'hex'), hash('sha256', TOKEN, 'hex').toUpperCase()])(
    'names a rejected token by its hash, and holds it no longer',
    async (rejected) => {
      const { client, requests } = clientOn([token(), token({ access_token: 'another' })]);
      await client.getToken(request);
      expect((await client.getToken({ ...request, rejected })).access_token).toBe('another');
      expect((await client.getToken(request)).access_token).toBe('another');
      expect(
        requests.map(({ body }) => new URLSearchParams(body).get('rejected_token_sha256')),
      ).toEqual([null, hash('sha256', TOKEN, 'hex')]);
    },
  );

  it('names no rejected token to an older endpoint, which does not know the parameter', async () => {
    const older = (text: string): Partial<HttpsResponse> => ({
      status: 400,
      body: JSON.stringify({
        error: 'invalid_request',
        error_description: text,
        code: 'request_malformed',
        request_id: 'r-1',
      }),
    });
    for (const text of [
      'A parameter is unknown for this route.',
      'rejected_token_sha256 is not a parameter of this route.',
    ]) {
      const { client, requests } = clientOn([older(text), token()]);
      await client.getToken({ ...request, rejected: 'dead' });
      expect(requests.map(({ body }) => body?.includes('rejected'))).toEqual([true, false]);
    }
    const { client } = clientOn([older('scope must not be repeated.')]);
    await expect(client.getToken({ ...request, rejected: 'dead' })).rejects.toMatchObject({
      code: 'request_malformed',
    });
  });

  it('makes one request for concurrent callers, and holds the token while it lives long enough', async () => {
    const { client, requests, time } = clientOn([token()]);
    await Promise.all([client.getToken(request), client.getToken(request)]);
    time.now += 1_800_000;
    expect((await client.getToken({ ...request, minTtl: 1_500 })).expires_in).toBe(1_800);
    expect(requests).toHaveLength(1);
    await client.getToken({ ...request, minTtl: 1_801 });
    await client.getToken({ ...request, fresh: true });
    await client.getToken({ ...request, scope: ['other'] });
    expect(requests).toHaveLength(4);
  });

  it('renews in the last tenth, and returns the valid token if that fails with a retryable error', async () => {
    const { client, requests, time } = clientOn(
      [token(), errorResponse('upstream_unavailable', 503), errorResponse('policy_denied', 403)],
      { maxRetries: 0 },
    );
    await client.getToken(request);
    time.now += 3_400_000;
    expect((await client.getToken(request)).expires_in).toBe(200);
    expect(requests).toHaveLength(2);
    await expect(client.getToken(request)).rejects.toMatchObject({ code: 'policy_denied' });
  });

  it('retries after Retry-After, within its budget, and only retryable errors', async () => {
    const busy = clientOn([
      errorResponse('upstream_rate_limited', 429, { 'retry-after': '0' }),
      errorResponse('audit_unavailable', 503, { 'retry-after': '0' }),
      token(),
    ]);
    expect((await busy.client.getToken(request)).source).toBe('minted');
    expect(busy.requests).toHaveLength(3);

    const patient = clientOn([
      errorResponse('upstream_unavailable', 503, { 'retry-after': '120' }),
    ]);
    await expect(patient.client.getToken(request)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryAfter: 120,
    });
    expect(patient.requests).toHaveLength(1);

    const denied = clientOn([errorResponse('policy_denied', 403)]);
    await expect(denied.client.getToken(request)).rejects.toMatchObject({
      code: 'policy_denied',
      advice: 'Do this.',
      requestId: 'r-1',
      status: 403,
    });
    expect(denied.requests).toHaveLength(1);
  });

  it.each([
    [
      'a wrong signature',
      aws(403, { message: 'x' }, 'InvalidSignatureException'),
      'signature_refused',
    ],
    [
      'an unknown key',
      aws(403, { message: 'x' }, 'UnrecognizedClientException:http://x'),
      'signature_refused',
    ],
    [
      'an IAM refusal',
      aws(403, { Message: 'Forbidden' }, 'AccessDeniedException'),
      'access_forbidden',
    ],
    [
      'a crashed function',
      aws(502, { message: 'Internal Server Error' }, 'x'),
      'endpoint_unreachable',
    ],
    ['throttling', aws(429, { message: 'Rate Exceeded.' }, 'x'), 'endpoint_unreachable'],
    ['HTML', { status: 200, body: '<html></html>' }, 'answer_invalid'],
    ['HTML with an error status', { status: 404, body: '<html></html>' }, 'answer_invalid'],
    ['a token without a token', { body: '{"token_type":"Bearer"}' }, 'answer_invalid'],
    ['a code of tomorrow', errorResponse('not_yet_known', 400), 'answer_invalid'],
  ])('calls %s %s', async (_what, response, code) => {
    const { client } = clientOn([response], { maxRetries: 0 });
    await expect(client.getToken(request)).rejects.toMatchObject({ code });
  });

  it('states how far the clock is off', async () => {
    const date = new Date(START + 600_000).toUTCString();
    const { client } = clientOn([
      aws(403, { message: 'Signature expired' }, 'InvalidSignatureException', { date }),
    ]);
    await expect(client.callerIdentity()).rejects.toMatchObject({
      code: 'signature_refused',
      message: expect.stringMatching(/clock of this machine is 10 minutes behind/),
    });
  });

  it('lets a caller leave without ending the request of another', async () => {
    const { promise, resolve } = Promise.withResolvers<HttpsResponse>();
    const { client } = clientOn([], { transport: () => promise });
    const leaver = new AbortController();
    const stays = client.getToken(request);
    const leaves = client.getToken({ ...request, signal: leaver.signal });
    leaver.abort(new Error('left'));
    await expect(leaves).rejects.toThrow('left');
    resolve({ status: 200, headers: {}, ...token() } as HttpsResponse);
    expect((await stays).access_token).toBe(TOKEN);
  });

  it('ends a request that every caller has left, and makes a new one for the next caller', async () => {
    const signals: AbortSignal[] = [];
    const { client } = clientOn([], {
      transport: async (_url, { signal }) => {
        signals.push(signal);
        if (signals.length === 2) return { status: 200, headers: {}, ...token() } as HttpsResponse;
        return await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    const leaver = new AbortController();
    const leaves = client.getToken({ ...request, signal: leaver.signal });
    while (signals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    leaver.abort(new Error('left'));
    await expect(leaves).rejects.toThrow('left');
    expect(signals[0]?.aborted).toBe(true);
    expect((await client.getToken(request)).access_token).toBe(TOKEN);
  });

  it('counts the remaining lifetime of a token by its own clock, however far off that is', async () => {
    const ahead = START / 1000 + 240;
    const { client, time } = clientOn([
      token({ issued_at: ahead, expires_at: ahead + 3600, expires_in: 3600 }),
    ]);
    await client.getToken(request);
    time.now += 1_000_000;
    expect((await client.getToken(request)).expires_in).toBe(2600);
  });

  it('gives up an attempt in time', async () => {
    const transport: TokenClientOptions['transport'] = (_url, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { client } = clientOn([], { transport, timeout: 5, maxRetries: 0 });
    await expect(client.callerIdentity()).rejects.toMatchObject({ code: 'endpoint_timeout' });
  });

  it('reads the metadata of the endpoint, also without a version', async () => {
    const metadata = { issuer: 'https://a', token_endpoint: 'https://a/oauth2/token' };
    const { client, requests } = clientOn([
      { body: JSON.stringify({ ...metadata, software_version: '1.2.3' }) },
      { body: JSON.stringify(metadata) },
    ]);
    expect((await client.describeEndpoint()).software_version).toBe('1.2.3');
    expect((await client.describeEndpoint()).software_version).toBeUndefined();
    expect(requests[0]?.path).toBe('/.well-known/oauth-authorization-server');
  });

  it('lists credentials, and evaluates access', async () => {
    const described = {
      credential: 'a/b',
      issuer: 'https://as.example',
      profile: 'generic',
      status: 'enabled',
      scopes: [],
      default_scope: [],
      audiences: [],
      resources: [],
    };
    const context = { policies: ['p'], unmet: [], advice: '', errors: [], policy_version: 'f' };
    const { client, requests } = clientOn([
      { body: JSON.stringify({ credentials: [described] }) },
      { body: JSON.stringify({ decision: true, context }) },
    ]);
    expect(await client.listCredentials()).toEqual([described]);
    expect(await client.evaluateAccess({ credential: 'a/b' })).toMatchObject({ decision: true });
    expect(requests.map(({ path }) => path)).toEqual(['/credentials', '/access/v1/evaluation']);
    expect(JSON.parse(requests[1]?.body ?? '')).toMatchObject({
      action: { name: 'vendToken' },
      resource: { type: 'Credential', id: 'a/b' },
    });
  });

  it('drops a token that it revokes, and introspects', async () => {
    const { client, requests } = clientOn([
      token(),
      { body: '{"evicted":1,"upstream":"unsupported"}' },
      token(),
      { body: '{"active":false}' },
    ]);
    await client.getToken(request);
    expect(await client.revoke('a/b', TOKEN)).toEqual({ evicted: 1, upstream: 'unsupported' });
    await client.getToken(request);
    expect(await client.introspect('a/b', TOKEN)).toEqual({ active: false });
    expect(requests.map(({ path }) => path)).toEqual([
      '/oauth2/token',
      '/oauth2/revoke',
      '/oauth2/token',
      '/oauth2/introspect',
    ]);
  });

  it.each([
    [undefined, undefined, 'endpoint_invalid'],
    ['not a url', undefined, 'endpoint_invalid'],
    ['http://tokens.example.com', 'eu-north-1', 'endpoint_invalid'],
    ['https://a:b@tokens.example.com', 'eu-north-1', 'endpoint_invalid'],
    ['https://tokens.example.com', undefined, 'region_unknown'],
    ['https://tokens.example.com', '', 'region_unknown'],
  ])('rejects the endpoint %s with region %s', (endpoint, region, code) => {
    expect(() => new TokenClient({ endpoint, region })).toThrow(expect.objectContaining({ code }));
  });

  it('signs for execute-api if the host is an API', async () => {
    const { client, requests } = clientOn([token()], {
      endpoint: 'https://abc.execute-api.us-gov-west-1.amazonaws.com/live',
    });
    await client.getToken(request);
    expect(requests[0]?.headers['authorization']).toMatch(/us-gov-west-1\/execute-api/);
    expect(requests[0]?.path).toBe('/live/oauth2/token');
  });

  it.each([
    ['splits a header', { access_token: `${TOKEN}\r\nX-Injected: 1` }],
    ['ends a text of C', { access_token: `${TOKEN}\u0000` }],
    ['writes on a terminal', { access_token: `\u001b[2J${TOKEN}` }],
    ['is half a character', { access_token: `${TOKEN}\ud800` }],
    ['has a scope that splits a header', { access_token: TOKEN, scope: 'a\r\nb' }],
  ])('takes no token that %s, and does not show it', async (_what, hostile) => {
    const { client } = clientOn([token(hostile)]);
    const error = await client.getToken({ credential: 'a/b' }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'answer_invalid' });
    expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
  });

  it('shows neither token nor secret when it or its errors are printed', async () => {
    const { client } = clientOn([token(), errorResponse('internal', 500)], { maxRetries: 0 });
    await client.getToken(request);
    const error = await client
      .getToken({ ...request, fresh: true })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TokenVendingError);
    expect(inspect(client, { depth: 10 }) + inspect(error, { depth: 10 })).not.toMatch(/canary/);
  });
});
