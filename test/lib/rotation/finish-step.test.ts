import { describe, expect, it } from '@jest/globals';
import { createSecret } from '../../../lib/rotation/create-step.ts';
import { finishRotation } from '../../../lib/rotation/finish-step.ts';
import { KeycloakDialect, OktaDialect } from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

const TAG = 'token-vending:overlap-ends';

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

  it('notes when the old secret is removed, before the new one is current', async () => {
    const { world, pending, turn } = await created();
    world.secret.change('v3', { rotation: { ...world.dialect.rotation, overlap: '2d' } });
    let noted: string | undefined;
    world.killing.beside = () => {
      if (world.secret.document('AWSCURRENT')?.['client_secret'] === 'secret-0')
        noted = world.secret.tags.get(TAG);
    };
    await finishRotation(world.ports, turn, pending);
    expect(noted).toBe('2026-11-25T12:00:00Z');
    // A repeated step does not prolong the overlap.
    world.clock.skip(60_000);
    await finishRotation(world.ports, turn, pending);
    expect(world.secret.tags.get(TAG)).toBe(noted);
  });

  it('removes the note of an earlier rotation if the document names no overlap', async () => {
    const { world, pending, turn } = await created();
    world.secret.tags.set(TAG, '2026-11-25T12:00:00Z');
    await finishRotation(world.ports, turn, pending);
    expect(world.secret.tags.get(TAG)).toBeUndefined();
  });

  it('notes nothing if the old secret ended at once', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    world.secret.change('v1', { rotation: { ...world.dialect.rotation, overlap: '2d' } });
    world.secret.store(
      'v2',
      JSON.stringify({ ...world.secret.document('AWSCURRENT'), client_secret: 'new' }),
      'AWSPENDING',
    );
    await finishRotation(world.ports, world.turn('v2'), world.read('AWSPENDING'));
    expect(world.secret.tags.get(TAG)).toBeUndefined();
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
