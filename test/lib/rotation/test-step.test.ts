import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { createSecret } from '../../../lib/rotation/create-step.ts';
import { testSecret } from '../../../lib/rotation/test-step.ts';
import type { AdminDialect } from '../../support/rotation/admin-dialect.ts';
import {
  HydraKeysDialect,
  KeycloakDialect,
  OktaDialect,
} from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

async function created(dialect: AdminDialect) {
  const world = new RotationWorld(dialect);
  await createSecret(world.ports, world.turn('v2'));
  return { world, pending: world.read('AWSPENDING'), turn: world.turn('v2') };
}
const refused = new VendError('credential_refused');

describe('the third step of a rotation', () => {
  it('is a token with the new secret', async () => {
    const { world, pending, turn } = await created(new OktaDialect());
    await testSecret(world.ports, turn, pending);
    expect(turn.tokens).toHaveLength(1);
    expect(world.secret.find('AWSPENDING')?.id).toBe('v2');
  });

  it('withdraws a secret that the server refuses', async () => {
    const { world, pending, turn } = await created(new OktaDialect());
    world.tokenError = () => refused;
    await expect(testSecret(world.ports, turn, pending)).rejects.toBe(refused);
    expect([...world.dialect.secrets.keys()]).toEqual(['s0']);
    expect(world.secret.find('AWSPENDING')).toBeUndefined();
  });

  it('withdraws it even if it cannot be removed at the server', async () => {
    const { world, pending, turn } = await created(new OktaDialect());
    world.tokenError = () => refused;
    world.adminError = () => new VendError('upstream_unavailable');
    await expect(testSecret(world.ports, turn, pending)).rejects.toBe(refused);
    expect(world.secret.find('AWSPENDING')).toBeUndefined();
  });

  it('withdraws a key without a request', async () => {
    const { world, pending, turn } = await created(new HydraKeysDialect());
    const { length } = world.dialect.calls;
    world.tokenError = () => refused;
    await expect(testSecret(world.ports, turn, pending)).rejects.toBe(refused);
    expect(world.dialect.calls).toHaveLength(length);
    expect(world.secret.find('AWSPENDING')).toBeUndefined();
  });

  it.each([
    ['another error', new OktaDialect(), new VendError('upstream_unavailable')],
    ['a server that has only the new secret', new KeycloakDialect(), refused],
  ])('leaves the secret pending: %s', async (_what, dialect, error) => {
    const { world, pending, turn } = await created(dialect);
    world.tokenError = () => error;
    await expect(testSecret(world.ports, turn, pending)).rejects.toBe(error);
    expect(world.secret.find('AWSPENDING')?.id).toBe('v2');
  });
});
