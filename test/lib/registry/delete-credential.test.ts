import { describe, expect, it } from '@jest/globals';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';

const headers = { 'if-match': '*' };

describe('a credential that is deleted', () => {
  it('can be restored as it was', async () => {
    const world = new RegistryWorld();
    const { json: before } = await world.register();
    const deleted = await world.send('DELETE', PATH, { headers, query: 'recovery_days=7' });
    expect([deleted.status, deleted.json]).toEqual([
      200,
      {
        credential: 'checkout/orders-api',
        version_id: before['version_id'],
        recoverable_days: 7,
      },
    ]);
    const restored = await world.send('POST', `${PATH}/restore`);
    expect(restored.status).toBe(200);
    expect(restored.json).toEqual(before);
    expect(world.stored()).toEqual(DOCUMENT);
    const again = await world.send('POST', `${PATH}/restore`);
    expect(again.json).toEqual(before);
    expect(world.audit.events).toMatchObject([
      { kind: 'registration-intent', registration: { operation: 'delete' } },
      { kind: 'registration', registration: { operation: 'delete' } },
      { kind: 'registration-intent', registration: { operation: 'restore' } },
      { kind: 'registration', registration: { operation: 'restore' } },
    ]);
  });

  it('is kept for 30 days unless the request says otherwise', async () => {
    const world = new RegistryWorld();
    await world.register();
    const wrong = await world.send('DELETE', PATH, { headers, query: 'recovery_days=0' });
    expect(wrong.json['error_description']).toBe(
      'recovery_days must be a whole number of days from 7 to 30.',
    );
    expect((await world.send('DELETE', PATH, { headers })).json['recoverable_days']).toBe(30);
    expect(world.secrets.find(NAME)?.deletedAt).toBeDefined();
  });

  it('must be in the version that the request names', async () => {
    const world = new RegistryWorld();
    await world.register();
    expect((await world.send('DELETE', PATH)).status).toBe(428);
    const stale = await world.send('DELETE', PATH, { headers: { 'if-match': '"old"' } });
    expect(stale.status).toBe(412);
    expect(world.secrets.calls).not.toContain('DeleteSecret');
  });

  it('is not restored if it does not exist', async () => {
    const { json } = await new RegistryWorld().send('POST', `${PATH}/restore`);
    expect(json['code']).toBe('credential_unknown');
  });
});
