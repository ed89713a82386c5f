import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { createSecret } from '../../../lib/rotation/create-step.ts';
import { setSecret } from '../../../lib/rotation/set-step.ts';
import { KeycloakDialect, OktaDialect } from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

const REPLACED = 'TOKEN-VENDING-REPLACED';
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

  it('makes the old secret current if the server does not take the new one', async () => {
    const { world, pending, turn } = await created();
    world.adminError = () => unavailable;
    await expect(setSecret(world.ports, turn, pending)).rejects.toBe(unavailable);
    expect(currentOf(world)).toBe('first');
    expect(world.secret.find('AWSPENDING')?.id).toBe('v2');
  });

  it('finds the old secret again after a kill and a change of the document', async () => {
    const { world, pending, turn } = await created();
    world.adminError = () => unavailable;
    world.tokenError = () => unavailable;
    await expect(setSecret(world.ports, turn, pending)).rejects.toBe(unavailable);
    world.secret.change('changed', { status: 'disabled' });
    world.tokenError = () => undefined;
    await expect(setSecret(world.ports, turn, pending)).rejects.toBe(unavailable);
    expect(world.secret.document('AWSCURRENT')).toMatchObject({
      client_secret: 'secret-0',
      status: 'disabled',
    });
  });

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
    const { id = '' } = world.secret.find(REPLACED) ?? {};
    world.secret.move(REPLACED, id, undefined);
    world.tokenError = () => undefined;
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
