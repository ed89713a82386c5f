import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { createSecret } from '../../../lib/rotation/create-step.ts';
import { setSecret } from '../../../lib/rotation/set-step.ts';
import { KeycloakDialect, OktaDialect } from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

const unavailable = new VendError('upstream_unavailable');

async function created(dialect = new KeycloakDialect()) {
  const world = new RotationWorld(dialect);
  await createSecret(world.ports, world.turn('v2'));
  return { world, pending: world.read('AWSPENDING'), turn: world.turn('v2') };
}
const currentOf = ({ secret }: RotationWorld) => secret.find('AWSCURRENT')?.id;

describe('the second step of a rotation', () => {
  it('makes a chosen secret current and then sends it', async () => {
    const { world, pending, turn } = await created();
    await setSecret(world.ports, turn, pending);
    expect(currentOf(world)).toBe('v2');
    expect(world.isCurrentAccepted()).toBe(true);
  });

  it('sends nothing if the server has it', async () => {
    const { world, pending, turn } = await created();
    await setSecret(world.ports, turn, pending);
    const { length } = world.dialect.calls;
    await setSecret(world.ports, turn, pending);
    expect(world.dialect.calls).toHaveLength(length);
  });

  it('sends it again if it was killed before', async () => {
    const { world, pending, turn } = await created();
    world.secret.move('AWSCURRENT', 'first', 'v2');
    await setSecret(world.ports, turn, pending);
    expect(world.isCurrentAccepted()).toBe(true);
  });

  it.each([
    ['at first', false],
    ['again', true],
  ])(
    'makes the old secret current if the server does not take the new one: %s',
    async (_when, again) => {
      const { world, pending, turn } = await created();
      if (again) world.secret.move('AWSCURRENT', 'first', 'v2');
      world.adminError = () => unavailable;
      await expect(setSecret(world.ports, turn, pending)).rejects.toBe(unavailable);
      expect(currentOf(world)).toBe('first');
      expect(world.secret.find('AWSPENDING')?.id).toBe('v2');
    },
  );

  it('succeeds if the response was lost', async () => {
    const { world, pending, turn } = await created();
    const secret = String(pending.members['client_secret']);
    world.adminError = (call) => {
      if (call === 2) world.dialect.secrets.set('only', secret);
      return call === 2 ? unavailable : undefined;
    };
    await setSecret(world.ports, turn, pending);
    expect(currentOf(world)).toBe('v2');
  });

  it('leaves both versions in use while the server says nothing', async () => {
    const { world, pending, turn } = await created();
    world.adminError = () => unavailable;
    world.tokenError = () => unavailable;
    await expect(setSecret(world.ports, turn, pending)).rejects.toBe(unavailable);
    expect(currentOf(world)).toBe('v2');
    expect(world.secret.find('AWSPREVIOUS')?.id).toBe('first');
    world.secret.move('AWSPREVIOUS', 'first', undefined);
    await expect(setSecret(world.ports, turn, pending)).rejects.toBe(unavailable);
    expect(currentOf(world)).toBe('v2');
  });

  it('does nothing for a recipe that has added the secret', async () => {
    const { world, pending, turn } = await created(new OktaDialect() as never);
    const { length } = world.dialect.calls;
    await setSecret(world.ports, turn, pending);
    expect(world.dialect.calls).toHaveLength(length);
    expect(currentOf(world)).not.toBe('v2');
  });
});
