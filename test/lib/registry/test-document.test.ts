import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, TOKEN_CANARY } from '../../support/fake-ports.ts';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

describe('the test of a document', () => {
  it('records the token by its SHA-256, and what became of it', async () => {
    const world = new RegistryWorld();
    await world.send('PUT', PATH, { body: DOCUMENT });
    expect(JSON.stringify(world.audit.events)).not.toContain(TOKEN_CANARY);
    expect(world.audit.events.slice(0, 4)).toMatchObject([
      { kind: 'mint-intent' },
      {
        kind: 'mint',
        mint: { authMethod: 'client_secret_basic', secretVersion: expect.any(String) },
        token: { scope: ['orders:read'] },
      },
      { kind: 'revocation-intent' },
      { kind: 'revocation', evicted: 0, upstream: 'revoked' },
    ]);
    expect(world.server.revocations).toBe(1);
  });

  it('passes if the server does not revoke the token', async () => {
    const world = new RegistryWorld();
    world.server.revocation = new Error('no');
    expect((await world.send('PUT', PATH, { body: DOCUMENT })).status).toBe(201);
    expect(world.audit.events[3]).toMatchObject({ kind: 'revocation', upstream: 'failed' });
  });

  it.each(['mint-intent', 'mint', 'revocation-intent', 'revocation'] as const)(
    'stores nothing if %s cannot be recorded',
    async (kind) => {
      const world = new RegistryWorld();
      world.audit.failing.add(kind);
      const { status, json } = await world.send('PUT', PATH, { body: DOCUMENT });
      expect([status, json['code']]).toEqual([503, 'audit_unavailable']);
      expect(world.stored()).toBeUndefined();
      expect(world.server.tokenRequests).toBe(kind === 'mint-intent' ? 0 : 1);
    },
  );
});
