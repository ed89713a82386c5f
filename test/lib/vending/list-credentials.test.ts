import { describe, expect, it } from '@jest/globals';
import { expiryOf } from '../../../lib/credential/client-certificate.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { certified, DOCUMENT, FakeWorld, request } from '../../support/fake-ports.ts';

describe('credentials', () => {
  it('are not listed without a record of who listed them', async () => {
    const world = new FakeWorld();
    await world.serve(request({ path: '/credentials' }));
    expect(world.audit.events).toMatchObject([
      { kind: 'listing', listed: 1, policyVersion: world.policy.version },
    ]);
    world.audit.failing.add('listing');
    const { status, json } = await world.serve(request({ path: '/credentials' }));
    expect([status, json['code'], json['credentials']]).toEqual([
      503,
      'audit_unavailable',
      undefined,
    ]);
  });

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

  it('cannot be listed while Secrets Manager fails, or if the deployment switched it off', async () => {
    const world = new FakeWorld();
    world.store.error = new VendError('secrets_unavailable');
    expect((await world.serve(request({ path: '/credentials' }))).json['code']).toBe(
      'secrets_unavailable',
    );
    const off = new FakeWorld({ listCredentials: false });
    expect((await off.serve(request({ path: '/credentials' }))).json['code']).toBe('route_unknown');
  });

  it('fail as a whole if one of them has a retryable error', async () => {
    const world = new FakeWorld();
    world.store.read = async () => {
      throw new VendError('secrets_unavailable');
    };
    expect((await world.serve(request({ path: '/credentials' }))).status).toBe(503);
  });

  it('say when a client certificate expires, and the metrics how soon', async () => {
    const world = new FakeWorld();
    const own = await issueSelfSigned('CN=orders');
    world.store.put('checkout/orders-api', certified(own));
    world.clock.skip(Date.now() - world.clock.now());
    const { json, body } = await world.serve(request({ path: '/credentials' }));
    const expiry = expiryOf(own);
    expect(json['credentials']).toMatchObject([{ certificate_expires_at: expiry / 1000 }]);
    expect(body).not.toContain('BEGIN');
    expect(world.measured).toMatchObject([{ metric: 'certificateDaysLeft', value: 0 }]);
  });
});
