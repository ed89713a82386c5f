import { describe, expect, it } from '@jest/globals';
import { errorTable, isErrorCode } from '../../../lib/errors/error-table.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { serveRequest } from '../../../lib/vending/serve-request.ts';
import { VERSION } from '../../../lib/version.ts';
import { settle } from '../../support/fake-clock.ts';
import { DOCUMENT, FakeWorld, never, request, tokenRequest } from '../../support/fake-ports.ts';

describe('request', () => {
  it('is refused where the platform verified nobody, before anything is told of the routes', async () => {
    const world = new FakeWorld();
    const { status, json } = await world.serve(request({ identity: undefined, path: '/nothing' }));
    expect([status, json['code']]).toEqual([403, 'caller_unidentified']);
  });

  it('is refused where the event is none of HTTP', async () => {
    const world = new FakeWorld();
    const response = await serveRequest(world.vending, undefined);
    expect([response.status, JSON.parse(response.body).code]).toEqual([403, 'caller_unidentified']);
    expect(response.headers['x-request-id']).toMatch(/^01900000-/);
  });

  it.each(['/nothing', '/', '/oauth2/token/', '/constructor', '/OAUTH2/TOKEN'])(
    'finds no route %s',
    async (path) => {
      const { status, json } = await new FakeWorld().serve(request({ path }));
      expect([status, json['code']]).toEqual([404, 'route_unknown']);
    },
  );

  it('is told the method that a route takes', async () => {
    const { status, json, headers } = await new FakeWorld().serve(
      request({ path: '/oauth2/token' }),
    );
    expect([status, json['code'], headers['allow']]).toEqual([405, 'method_unknown', 'POST']);
  });

  it('learns who it is', async () => {
    const { status, json } = await new FakeWorld().serve(request());
    expect(status).toBe(200);
    expect(json).toEqual({
      account: '111122223333',
      arn: 'arn:aws:sts::111122223333:assumed-role/ci-checkout/run-1',
      principal: 'arn:aws:iam::111122223333:role/ci-checkout',
      kind: 'role',
      name: 'ci-checkout',
      user_id: 'AROAEXAMPLE:run-1',
      session_name: 'run-1',
      organization: 'o-localexample',
      source_ip: '192.0.2.7',
    });
  });

  it('learns what the endpoint is, in the words of RFC 8414', async () => {
    const { json } = await new FakeWorld().serve(
      request({ path: '/.well-known/oauth-authorization-server' }),
    );
    expect(json).toMatchObject({
      issuer: 'https://tokens.example.com',
      token_endpoint: 'https://tokens.example.com/oauth2/token',
      grant_types_supported: ['client_credentials'],
      software_version: VERSION,
    });
  });

  it('sees nothing of a bug but its code, while the operator is told of it', async () => {
    const world = new FakeWorld();
    world.store.failure = new TypeError('canary in a message');
    const { status, json, body } = await world.vend();
    expect([status, json['code']]).toEqual([500, 'internal']);
    expect(body).not.toContain('canary');
    expect(world.reported[0]?.cause).toBeInstanceOf(TypeError);
    expect(world.audit.kinds).toEqual(['refusal']);
  });

  it.each(['metadata', 'token'] as const)(
    'ends with its caller, whatever it waits for: %s',
    async (endpoint) => {
      const world = new FakeWorld();
      world.server[endpoint] = never;
      const caller = new AbortController();
      const response = serveRequest(world.vending, tokenRequest(), caller.signal);
      await settle();
      caller.abort();
      expect((await response).status).toBe(500);
      await settle();
      expect(world.clock.pendingTimers).toBe(0);
      expect(world.server.metadataReads).toHaveLength(1);
      expect(world.server.tokenRequests).toBe(endpoint === 'token' ? 1 : 0);
    },
  );

  it('is told where to read about every failure', async () => {
    const { json } = await new FakeWorld().serve(request({ path: '/x' }));
    expect(json['error_uri']).toBe('https://docs.example.com/troubleshooting#route_unknown');
    expect(json['request_id']).toBe('request-1');
  });
});

describe('credentials', () => {
  it('are those that the caller may describe, sorted, without secrets', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/a-api', {
      issuer: 'https://a.example.com',
      client_id: 'a',
      client_secret: 'canary-a',
      profile: 'generic',
    });
    world.store.put('payments/hidden-api', DOCUMENT);
    world.store.put('checkout/broken-api', '{"client_secret":"canary-b"}');
    world.policy.allowed = new Set([
      'describeCredential checkout/a-api',
      'describeCredential checkout/orders-api',
      'describeCredential checkout/broken-api',
    ]);
    const { json, body } = await world.serve(request({ path: '/credentials' }));
    expect(json).toEqual({
      credentials: [
        {
          credential: 'checkout/a-api',
          issuer: 'https://a.example.com',
          profile: 'generic',
          status: 'enabled',
          scopes: [],
          default_scope: [],
          audiences: [],
          resources: [],
        },
        {
          credential: 'checkout/broken-api',
          issuer: '',
          profile: '',
          status: 'invalid',
          scopes: [],
          default_scope: [],
          audiences: [],
          resources: [],
        },
        {
          credential: 'checkout/orders-api',
          issuer: DOCUMENT.issuer,
          profile: 'generic',
          status: 'enabled',
          scopes: ['orders:read', 'orders:write'],
          default_scope: ['orders:read'],
          audiences: DOCUMENT.audience,
          resources: DOCUMENT.resource,
        },
      ],
    });
    expect(body).not.toContain('canary');
  });

  it('are read from Secrets Manager a few at a time', async () => {
    const world = new FakeWorld();
    for (let n = 0; n < 20; n += 1) world.store.put(`checkout/api-${n}`, DOCUMENT);
    const { json } = await world.serve(request({ path: '/credentials' }));
    expect(json['credentials']).toHaveLength(21);
  });

  it('cannot be listed while Secrets Manager fails, or where the deployment switched it off', async () => {
    const world = new FakeWorld();
    world.store.failure = new VendError('secrets_unavailable');
    expect((await world.serve(request({ path: '/credentials' }))).json['code']).toBe(
      'secrets_unavailable',
    );
    const off = new FakeWorld({ listCredentials: false });
    expect((await off.serve(request({ path: '/credentials' }))).json['code']).toBe('route_unknown');
  });

  it('fail as a whole where one of them cannot be read for now', async () => {
    const world = new FakeWorld();
    world.store.read = async () => {
      throw new VendError('secrets_unavailable');
    };
    expect((await world.serve(request({ path: '/credentials' }))).status).toBe(503);
  });
});

describe('error table', () => {
  it('has a text and an advice for every code', () => {
    for (const row of Object.values(errorTable)) {
      expect(row.text).toMatch(/^[A-Z].*\.$/);
      expect(row.advice).toMatch(/\.$/);
    }
    expect([isErrorCode('policy_denied'), isErrorCode('toString')]).toEqual([true, false]);
  });
});
