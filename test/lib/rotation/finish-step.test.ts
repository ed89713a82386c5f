import { describe, expect, it } from '@jest/globals';
import { createSecret } from '../../../lib/rotation/create-step.ts';
import { finishRotation } from '../../../lib/rotation/finish-step.ts';
import { OktaDialect } from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

async function created() {
  const world = new RotationWorld(new OktaDialect());
  await createSecret(world.ports, world.turn('v2'));
  return { world, pending: world.read('AWSPENDING'), turn: world.turn('v2') };
}

describe('the last step of a rotation', () => {
  it('makes the new secret current, which is no longer pending', async () => {
    const { world, pending, turn } = await created();
    expect(await finishRotation(world.ports, turn, pending)).toBe('v2');
    expect(world.secret.find('AWSCURRENT')?.id).toBe('v2');
    expect(world.secret.find('AWSPENDING')).toBeUndefined();
  });

  it('keeps what somebody else changed meanwhile', async () => {
    const { world, pending, turn } = await created();
    world.secret.change('v3', { status: 'disabled' });
    const current = await finishRotation(world.ports, turn, pending);
    expect(current).not.toBe('v2');
    expect(world.secret.find('AWSCURRENT')?.id).toBe(current);
    expect(world.secret.find('AWSPENDING')).toBeUndefined();
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ status: 'disabled' });
  });
});
