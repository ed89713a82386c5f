import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import {
  DOCUMENT,
  FakeWorld,
  formRequest,
  METADATA,
  TOKEN_CANARY,
} from '../../support/fake-ports.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = `${part({ alg: 'RS256' })}.${part({})}.${TOKEN_CANARY}`;

function about(path: string, form: Record<string, string> = {}) {
  return formRequest(path, { client_id: 'checkout/orders-api', token: jwt, ...form });
}

describe('revocation', () => {
  it('drops the token here, revokes it at the server, and says so', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const response = await world.serve(
      about('/oauth2/revoke', { token: String(json['access_token']) }),
    );
    expect([response.status, response.json]).toEqual([200, { evicted: 1, upstream: 'revoked' }]);
    expect(world.server.revocations).toBe(1);
    expect(world.audit.events.at(-1)).toMatchObject({
      kind: 'revocation',
      evicted: 1,
      upstream: 'revoked',
    });
    expect((await world.vend()).json['source']).toBe('minted');
  });

  it('succeeds for an unknown token', async () => {
    const world = new FakeWorld();
    const { status, json } = await world.serve(about('/oauth2/revoke'));
    expect([status, json]).toEqual([200, { evicted: 0, upstream: 'revoked' }]);
    expect(world.audit.events).toMatchObject([
      { kind: 'revocation-intent' },
      { kind: 'revocation', evicted: 0 },
    ]);
  });

  it('sends no token to the server that is certainly of another credential', async () => {
    const world = new FakeWorld();
    world.store.put('inventory/stock-api', DOCUMENT);
    const { json } = await world.vend();
    const revoke = async (form: Record<string, string>) =>
      (await world.serve(about('/oauth2/revoke', form))).json;
    const form = { client_id: 'inventory/stock-api', token: String(json['access_token']) };
    expect(await revoke(form)).toEqual({ evicted: 0, upstream: 'other_credential' });
    expect(world.audit.events.at(-1)).toMatchObject({ evicted: 0, upstream: 'other_credential' });
    expect((await world.vend()).json['mint_id']).toBe(json['mint_id']);
    world.verifier.result = { valid: true, claims: { client_id: 'other-client' } };
    expect(await revoke({})).toEqual({ evicted: 0, upstream: 'other_credential' });
    expect(world.server.revocations).toBe(0);
    world.verifier.result = { valid: true, claims: { client_id: DOCUMENT.client_id } };
    expect(await revoke({})).toEqual({ evicted: 0, upstream: 'revoked' });
  });

  it('sends a token to the server if nothing is certain', async () => {
    const world = new FakeWorld();
    world.verifier.error = new VendError('upstream_unavailable');
    const revoke = async () => (await world.serve(about('/oauth2/revoke'))).json['upstream'];
    expect(await revoke()).toBe('revoked');
    world.verifier.error = undefined;
    world.verifier.result = { valid: true, claims: { client_id: 'other-client' } };
    const opaque = { ...DOCUMENT, access_token_format: 'opaque' };
    world.store.put('checkout/orders-api', opaque, 'v2');
    world.clock.skip(60_000);
    expect(await revoke()).toBe('revoked');
  });

  it('is local if the server has no revocation, or none for such tokens', async () => {
    const world = new FakeWorld();
    world.server.revocation = 'unsupported';
    await world.serve(about('/oauth2/revoke'));
    const without = new FakeWorld();
    without.server.metadata = { ...METADATA, revocation_endpoint: undefined };
    await without.serve(about('/oauth2/revoke'));
    expect([world.audit.events[1], without.audit.events[1]]).toMatchObject([
      { upstream: 'unsupported' },
      { upstream: 'unsupported' },
    ]);
    expect(without.server.revocations).toBe(0);
  });

  it('reports that the server failed, with the cache cleared and the revocation recorded', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    world.server.revocation = new VendError('upstream_unavailable');
    const response = await world.serve(
      about('/oauth2/revoke', { token: String(json['access_token']) }),
    );
    expect(response.json['code']).toBe('upstream_unavailable');
    expect(world.server.revocations).toBe(3);
    expect(world.audit.kinds.slice(-2)).toEqual(['revocation', 'upstream-failure']);
    expect((await world.vend()).json['source']).toBe('minted');
  });

  it('presents a secret that the server refuses once in 30 s, and blocks no vend by it', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const revoke = async () =>
      (await world.serve(about('/oauth2/revoke', { token: String(json['access_token']) }))).json;
    world.server.revocation = new VendError('credential_refused');
    for (let n = 0; n < 20; n += 1) expect((await revoke())['code']).toBe('credential_refused');
    expect(world.server.revocations).toBe(1);
    expect((await world.vend()).json['source']).toBe('minted');
    world.server.token = new VendError('credential_refused');
    world.clock.skip(30_000);
    expect((await world.vend({ min_ttl: '3590' })).json['code']).toBe('credential_refused');
    await revoke();
    expect(world.server.revocations).toBe(1);
  });

  it('is announced in the log before the token is sent, and not sent without that', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const token = String(json['access_token']);
    let announced: string[] = [];
    world.server.revocation = () => {
      announced = [...world.audit.kinds];
      return 'revoked';
    };
    await world.serve(about('/oauth2/revoke', { token }));
    expect(announced.at(-1)).toBe('revocation-intent');
    world.audit.failing.add('revocation-intent');
    const { json: refused } = await world.serve(about('/oauth2/revoke', { token }));
    expect([refused['code'], world.server.revocations]).toEqual(['audit_unavailable', 1]);
  });

  it('uses the previous version if the server does not know the new one yet', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    world.store.put(
      'checkout/orders-api',
      { ...DOCUMENT, client_secret: 'new' },
      'v2',
      world.clock.now(),
    );
    world.clock.skip(60_000);
    world.server.revocation = () => {
      const authentication = world.server.lastCall?.document.authentication;
      const secret =
        authentication && 'clientSecret' in authentication && authentication.clientSecret;
      return secret === DOCUMENT.client_secret ? 'revoked' : new VendError('credential_refused');
    };
    const form = { token: String(json['access_token']) };
    expect((await world.serve(about('/oauth2/revoke', form))).status).toBe(200);
    expect(world.server.revocations).toBe(2);
  });

  it('survives a rotation that the function has not seen yet, but no other change', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const revoke = () =>
      world.serve(about('/oauth2/revoke', { token: String(json['access_token']) }));
    const refused = new VendError('credential_refused');
    world.server.revocation = refused;
    expect((await revoke()).json['code']).toBe('credential_refused');
    world.clock.skip(30_000);
    world.store.put('checkout/orders-api', DOCUMENT, 'v2');
    world.server.revocation = (call) => (call === 2 ? refused : 'revoked');
    expect((await revoke()).status).toBe(200);
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'revocation', upstream: 'revoked' });
    world.store.put('checkout/orders-api', DOCUMENT, 'v3');
    world.clock.skip(30_000);
    world.server.revocation = refused;
    expect((await revoke()).json['code']).toBe('credential_refused');
  });
});
