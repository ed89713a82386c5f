import { describe, expect, it } from '@jest/globals';
import {
  changeCurrent,
  promote,
  readCurrent,
  storeCurrent,
} from '../../../lib/rotation/promote.ts';
import { KeycloakDialect } from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

function open() {
  const world = new RotationWorld(new KeycloakDialect());
  const text = JSON.stringify({ ...world.secret.document('AWSCURRENT'), client_secret: 'new' });
  world.secret.store('v2', text, 'AWSPENDING');
  return { world, pending: world.read('AWSPENDING'), turn: world.turn('v2') };
}

describe('the promotion of a pending version', () => {
  it('makes it current, once', async () => {
    const { world, pending, turn } = open();
    expect(await promote(world.ports, turn, pending)).toBe('v2');
    expect(await promote(world.ports, turn, pending)).toBe('v2');
    expect(world.secret.find('AWSPREVIOUS')?.id).toBe('first');
  });

  it('keeps what somebody else changed meanwhile', async () => {
    const { world, pending, turn } = open();
    world.secret.change('v3', { epoch: 5 });
    const id = await promote(world.ports, turn, pending);
    expect(world.secret.find('AWSCURRENT')?.id).toBe(id);
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ epoch: 5, client_secret: 'new' });
  });

  it('tries again if somebody else was faster, and gives up if that happens all the time', async () => {
    const { world, pending, turn } = open();
    let changes = 0;
    world.killing.beside = () => {
      changes += 1;
      world.secret.change(`other-${changes}`, { epoch: changes });
    };
    await expect(promote(world.ports, turn, pending)).rejects.toThrow('changes all the time');
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ client_secret: 'secret-0' });
  });

  it('is refused if the document is of another client now', async () => {
    const { world, pending, turn } = open();
    world.secret.change('v3', { client_id: 'other' });
    await expect(promote(world.ports, turn, pending)).rejects.toThrow(
      'was changed to another client during the rotation',
    );
  });
});

describe('the current version', () => {
  it('gets further members, unless somebody else stored one', async () => {
    const { world, turn } = open();
    const current = await readCurrent(world.ports, turn);
    const stored = await storeCurrent(world.ports, turn, current, { ...current.members, epoch: 1 });
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ epoch: 1 });
    expect(stored.document.epoch).toBe(1);
    await expect(
      storeCurrent(world.ports, turn, current, { ...current.members, epoch: 2 }),
    ).rejects.toThrow('was changed at the same time');
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ epoch: 1 });
  });

  it('is changed, whoever else changes it meanwhile', async () => {
    const { world, turn } = open();
    let isChanged = false;
    world.killing.beside = () => {
      if (!isChanged) world.secret.change('other', { status: 'disabled' });
      isChanged = true;
    };
    await changeCurrent(world.ports, turn, ({ members }) => ({ ...members, epoch: 3 }));
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ epoch: 3, status: 'disabled' });
    const id = world.secret.find('AWSCURRENT')?.id;
    await changeCurrent(world.ports, turn, () => undefined);
    expect(world.secret.find('AWSCURRENT')?.id).toBe(id);
  });

  it('stays as it is if it changes all the time', async () => {
    const { world, turn } = open();
    let changes = 0;
    world.killing.beside = () => {
      changes += 1;
      world.secret.change(`other-${changes}`, { epoch: changes });
    };
    await expect(
      changeCurrent(world.ports, turn, ({ members }) => ({ ...members, epoch: 99 })),
    ).rejects.toThrow('was changed at the same time');
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ epoch: changes });
  });

  it('may not exist', async () => {
    const { world, turn } = open();
    world.secret.move('AWSCURRENT', 'first', undefined);
    await expect(readCurrent(world.ports, turn)).rejects.toMatchObject({
      code: 'credential_unknown',
    });
  });
});
