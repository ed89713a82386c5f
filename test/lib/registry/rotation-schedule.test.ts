import { describe, expect, it } from '@jest/globals';
import { SecretsError } from '../../../lib/credential/secret-errors.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { NAME, PATH, RegistryWorld, ROTATE } from '../../support/registry-world.ts';

const ADMIN = 'platform/keycloak-admin';
const rotation = { recipe: 'keycloak', admin_credential: ADMIN, every: '30d' };
const scheduled = { ...DOCUMENT, rotation };
const headers = { 'if-match': '*' };

describe('the schedule of a rotation', () => {
  it('is set, changed and switched off as the document says', async () => {
    const world = new RegistryWorld();
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

  it('is set by the same request again if it could not be set', async () => {
    const world = new RegistryWorld();
    const refused = { exception: 'ThrottlingException', message: 'No.', status: 400 };
    world.secrets.failing.set('RotateSecret', new SecretsError(refused, NAME));
    const failed = await world.send('PUT', PATH, { body: scheduled });
    expect(failed.json['error_description']).toMatch(/^The document is stored, but the schedule/);
    world.secrets.failing.clear();
    const { status } = await world.send('PUT', PATH, { body: scheduled, headers });
    expect(status).toBe(200);
    expect(world.secrets.find(NAME)?.rotation?.schedule).toBe('rate(30 days)');
  });

  it('ends if Secrets Manager does not respond', async () => {
    const world = new RegistryWorld();
    world.secrets.rotate = async (_name, _rotation, { signal }) =>
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { status, json } = await world.send('PUT', PATH, { body: scheduled });
    expect([status, json['code']]).toEqual([503, 'secrets_unavailable']);
  });

  it('is refused where the deployment has no rotation', async () => {
    const { registry } = new RegistryWorld();
    const world = new RegistryWorld({ rotationFunction: undefined });
    const { json } = await world.send('PUT', PATH, { body: scheduled });
    expect(json['error_description']).toBe(
      'rotation must be absent: this deployment has no rotation.',
    );
    expect(registry.rotationFunction).toBe(ROTATE);
    expect(world.stored()).toBeUndefined();
  });

  it('needs the permission to change the admin credential, if the rotation changes', async () => {
    const world = new RegistryWorld();
    world.policy.allowed = new Set(['registerCredential checkout/orders-api']);
    const denied = await world.send('PUT', PATH, { body: scheduled });
    expect(denied.json['code']).toBe('policy_denied');
    expect(world.audit.events.at(-1)).toMatchObject({ access: { credential: ADMIN } });
    expect(world.stored()).toBeUndefined();
    world.policy.allowed.add(`registerCredential ${ADMIN}`);
    expect((await world.send('PUT', PATH, { body: scheduled })).status).toBe(201);
    world.policy.allowed.delete(`registerCredential ${ADMIN}`);
    const other = await world.send('PATCH', PATH, { body: { scope: 'orders:read' }, headers });
    expect(other.status).toBe(200);
  });

  it('is of no other credential without an admin credential', async () => {
    const world = new RegistryWorld();
    const body = { ...DOCUMENT, rotation: { recipe: 'rfc7592' } };
    world.policy.allowed = new Set(['registerCredential checkout/orders-api']);
    expect((await world.send('PUT', PATH, { body })).status).toBe(201);
    expect(world.secrets.find(NAME)?.rotation).toBeUndefined();
  });
});
