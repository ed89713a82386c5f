import { describe, expect, it } from '@jest/globals';
import { serveRequest } from '../../../lib/vending/serve-request.ts';
import { VERSION } from '../../../lib/version.ts';
import { settle } from '../../support/fake-clock.ts';
import { FakeWorld, never, request, tokenRequest } from '../../support/fake-ports.ts';

describe('request', () => {
  it('is rejected if the platform verified no caller, before the route is looked up', async () => {
    const world = new FakeWorld();
    const { status, json } = await world.serve(request({ identity: undefined, path: '/nothing' }));
    expect([status, json['code']]).toEqual([403, 'caller_unidentified']);
  });

  it('reports to the operator why AWS verified no caller, and not to the caller', async () => {
    const world = new FakeWorld();
    const { status, body } = await world.serve(
      request({ identity: undefined, unidentified: 'the function was not invoked by its alias' }),
    );
    expect(status).toBe(403);
    expect(body).not.toContain('alias');
    expect(world.reported[0]?.detail).toBe('the function was not invoked by its alias');
    expect(world.audit.kinds).toEqual(['denial']);
  });

  it.each(['/nothing', '/', '/oauth2/token/', '/constructor', '/OAUTH2/TOKEN'])(
    'finds no route %s',
    async (path) => {
      const { status, json } = await new FakeWorld().serve(request({ path }));
      expect([status, json['code']]).toEqual([404, 'route_unknown']);
    },
  );

  it('gets the method that a route accepts', async () => {
    const { status, json, headers } = await new FakeWorld().serve(
      request({ path: '/oauth2/token' }),
    );
    expect([status, json['code'], headers['allow']]).toEqual([405, 'method_unknown', 'POST']);
  });

  it('gets its caller identity', async () => {
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

  it('gets the metadata of the endpoint (RFC 8414)', async () => {
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

  it('gets only the code of a bug, which is reported to the operator', async () => {
    const world = new FakeWorld();
    world.store.error = new TypeError('canary in a message');
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

  it('gets the page of every error', async () => {
    const { json } = await new FakeWorld().serve(request({ path: '/x' }));
    expect(json['error_uri']).toBe('https://docs.example.com/troubleshooting#route_unknown');
    expect(json['request_id']).toBe('request-1');
  });
});
