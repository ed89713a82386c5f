import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { endOverlap, hasOld } from '../../../lib/rotation/end-overlap.ts';
import {
  KeycloakDialect,
  OktaDialect,
  RegistrationKeysDialect,
} from '../../support/rotation/admin-dialects.ts';
import { OverlapWorld } from '../../support/rotation/overlap-world.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

async function rotated(dialect: ConstructorParameters<typeof OverlapWorld>[0]) {
  const world = new OverlapWorld(dialect);
  await world.rotateTwice();
  const turn = world.turn('00000009-0000-4000-8000-000000000000');
  const end = () =>
    world.clock.runUntilDone(endOverlap(world.ports, turn, world.read('AWSCURRENT'), undefined));
  return { world, turn, end };
}

describe('the end of an overlap', () => {
  it('leaves the current secret alone at the server and in the document', async () => {
    const { world, turn, end } = await rotated(new OktaDialect());
    expect(hasOld(turn.recipe, world.read('AWSCURRENT'))).toBe(true);
    await end();
    expect([...world.dialect.secrets.keys()]).toEqual(['s2']);
    expect(hasOld(turn.recipe, world.read('AWSCURRENT'))).toBe(false);
    expect(world.isCurrentAccepted()).toBe(true);
  });

  it('stores no version if nothing of the document changes', async () => {
    const { world, end } = await rotated(new RegistrationKeysDialect());
    const before = world.secret.find('AWSCURRENT')?.id;
    await end();
    expect(world.dialect.keys).toHaveLength(1);
    expect(world.secret.find('AWSCURRENT')?.id).toBe(before);
  });

  it('stores the registration access token that the server issues', async () => {
    const dialect = new RegistrationKeysDialect();
    dialect.keepsToken = false;
    const { world, end } = await rotated(dialect);
    await end();
    const { registration_access_token } = world.secret.document('AWSCURRENT') ?? {};
    expect(`Bearer ${registration_access_token}`).toBe(dialect.authorization);
  });

  it('removes nothing if the current secret does not work', async () => {
    const { world, end } = await rotated(new OktaDialect());
    world.tokenError = () => new VendError('credential_refused');
    const { length } = world.dialect.calls;
    await expect(end()).rejects.toMatchObject({ code: 'credential_refused' });
    expect(world.dialect.calls).toHaveLength(length);
    expect(world.secret.unfinished).toBeUndefined();
  });

  it('says why it failed, also if it cannot let rotations start again', async () => {
    const { world, end } = await rotated(new OktaDialect());
    world.tokenError = () => new VendError('credential_refused');
    const { move } = world.secrets;
    world.secrets.move = async (arn, change) => {
      if (change.to === undefined) throw new Error('down');
      return await move.call(world.secrets, arn, change);
    };
    await expect(end()).rejects.toMatchObject({ code: 'credential_refused' });
    expect(world.secret.unfinished).toBe('00000009-0000-4000-8000-000000000000');
  });

  it('has nothing to remove where an old secret ends at once', () => {
    const world = new RotationWorld(new KeycloakDialect());
    expect(hasOld(world.turn('v2').recipe, world.read('AWSCURRENT'))).toBe(false);
  });
});
