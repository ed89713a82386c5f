import { describe, expect, it } from '@jest/globals';
import { findPending, lockRotations, unlockRotations } from '../../../lib/rotation/removal-lock.ts';
import { OktaDialect } from '../../support/rotation/admin-dialects.ts';
import { ARN, RotationWorld } from '../../support/rotation/rotation-world.ts';

const open = () => new RotationWorld(new OktaDialect());
const pendingOf = async ({ secrets }: RotationWorld) =>
  findPending((await secrets.describe(ARN)).stages);

describe('the lock of rotations', () => {
  it('is a pending version with the current secret', async () => {
    const world = open();
    expect(await pendingOf(world)).toBeUndefined();
    await lockRotations(world.ports, world.turn('v2'), world.read('AWSCURRENT'), undefined);
    expect(world.secret.unfinished).toBe('v2');
    expect(world.secret.document('AWSPENDING')).toEqual(world.secret.document('AWSCURRENT'));
    expect(await pendingOf(world)).toEqual({ id: 'v2', of: 'removal' });
    await unlockRotations(world.ports, ARN, 'v2');
    expect(await pendingOf(world)).toBeUndefined();
  });

  it('replaces that of a removal that was killed, and what a rotation left at its end', async () => {
    const world = open();
    world.secret.move('AWSPENDING', undefined, 'first');
    for (const [of, versionId] of [
      ['ended', 'v2'],
      ['removal', 'v3'],
    ] as const) {
      const pending = await pendingOf(world);
      expect(pending?.of).toBe(of);
      await lockRotations(world.ports, world.turn(versionId), world.read('AWSCURRENT'), pending);
      expect(world.secret.unfinished).toBe(versionId);
    }
  });

  it('is refused if a rotation started meanwhile', async () => {
    const world = open();
    world.secret.startRotation('v2');
    expect(await pendingOf(world)).toEqual({ id: 'v2', of: 'rotation' });
    await expect(
      lockRotations(world.ports, world.turn('v3'), world.read('AWSCURRENT'), undefined),
    ).rejects.toThrow('was changed at the same time');
    expect(world.secret.unfinished).toBe('v2');
  });
});
