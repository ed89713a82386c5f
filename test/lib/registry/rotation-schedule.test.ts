import { describe, expect, it } from '@jest/globals';
import { SecretsError } from '../../../lib/credential/secret-errors.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { ADMIN, NAME, PATH, RegistryWorld, ROTATE } from '../../support/registry-world.ts';

const rotation = { recipe: 'keycloak', admin_credential: ADMIN, every: '30d' };
const scheduled = { ...DOCUMENT, rotation };
const headers = { 'if-match': '*' };

describe('the schedule of a rotation', () => {
  it('is set, changed and switched off as the document says', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    await world.register(scheduled);
    expect(world.secrets.find(NAME)?.rotation).toMatchObject({
      isEnabled: true,
      functionArn: ROTATE,
      schedule: 'rate(30 days)',
    });
    const every = { body: { rotation: { every: '12h' } }, headers };
    await world.send('PATCH', PATH, every);
    expect(world.secrets.find(NAME)?.rotation?.schedule).toBe('rate(12 hours)');
    await world.send('PATCH', PATH, { body: { rotation: null }, headers });
    expect(world.secrets.find(NAME)?.rotation?.isEnabled).toBe(false);
    world.secrets.calls.splice(0);
    await world.send('PATCH', PATH, { body: { scope: 'orders:read' }, headers });
    expect(world.secrets.calls).not.toContain('CancelRotateSecret');
  });

  it('is not that of an earlier document if a rotation is started by hand', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    await world.register(scheduled);
    const schedule = () => world.secrets.find(NAME)?.rotation?.schedule;
    await world.send('PATCH', PATH, { body: { rotation: { every: null } }, headers });
    expect(world.secrets.find(NAME)?.rotation?.isEnabled).toBe(false);
    const { status } = await world.send('POST', `${PATH}/rotate`);
    expect([status, schedule()]).toEqual([202, 'rate(999 days)']);
    world.secrets.calls.splice(0);
    await world.send('PATCH', PATH, { body: { scope: 'orders:read' }, headers });
    expect(world.secrets.calls).not.toContain('CancelRotateSecret');
    await world.send('PATCH', PATH, { body: { rotation: { every: '7d' } }, headers });
    expect(schedule()).toBe('rate(7 days)');
  });

  it('is set by the same request again if it could not be set', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    const refused = { exception: 'ThrottlingException', message: 'No.', status: 400 };
    world.secrets.failing.set('RotateSecret', new SecretsError(refused));
    const failed = await world.send('PUT', PATH, { body: scheduled });
    expect(failed.json['error_description']).toMatch(/^The document is stored, but the schedule/);
    world.secrets.failing.clear();
    const { status } = await world.send('PUT', PATH, { body: scheduled, headers });
    expect(status).toBe(200);
    expect(world.secrets.find(NAME)?.rotation?.schedule).toBe('rate(30 days)');
  });

  it('ends if Secrets Manager does not respond', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    world.secrets.rotate = async (_name, _rotation, { signal }) =>
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { status, json } = await world.send('PUT', PATH, { body: scheduled });
    expect([status, json['code']]).toEqual([503, 'secrets_unavailable']);
  });
});
