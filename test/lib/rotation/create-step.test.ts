import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { createSecret } from '../../../lib/rotation/create-step.ts';
import {
  KeepingDialect,
  KeycloakDialect,
  OktaDialect,
  RegistrationKeysDialect,
  ReissuingDialect,
  ShowingDialect,
} from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

describe('the first step of a rotation', () => {
  it('stores a chosen secret, which the server does not know yet', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    await createSecret(world.ports, world.turn('v2'));
    expect(world.secret.document('AWSPENDING')?.['client_secret']).toMatch(/^[\w-]{64}$/);
    expect([...world.dialect.secrets.values()]).toEqual(['secret-0']);
  });

  it('does nothing the second time', async () => {
    const world = new RotationWorld(new OktaDialect());
    await createSecret(world.ports, world.turn('v2'));
    const before = world.secret.document('AWSPENDING');
    await createSecret(world.ports, world.turn('v2'));
    expect(world.secret.document('AWSPENDING')).toEqual(before);
    expect(world.dialect.secrets.size).toBe(2);
  });

  it('requests nothing if the current secret does not work', async () => {
    const world = new RotationWorld(new OktaDialect());
    world.dialect.secrets.clear();
    await expect(createSecret(world.ports, world.turn('v2'))).rejects.toMatchObject({
      code: 'credential_refused',
    });
    expect(world.dialect.calls).toEqual([]);
  });

  it('makes a secret current at once if the server refuses the old one from then on', async () => {
    const world = new RotationWorld(new ReissuingDialect());
    await createSecret(world.ports, world.turn('v2'));
    expect(world.secret.find('AWSCURRENT')?.id).toBe('v2');
    expect(world.secret.document('AWSCURRENT')).toMatchObject({
      client_secret: 'issued-1',
      registration_access_token: 'registration-1',
    });
  });

  it('reads a secret that the server issued to a rotation that was killed', async () => {
    const world = new RotationWorld(new ShowingDialect());
    world.dialect.secrets.clear();
    world.dialect.secrets.set('only', 'issued-and-lost');
    await createSecret(world.ports, world.turn('v2'));
    expect(world.secret.find('AWSCURRENT')?.id).toBe('v2');
    expect(world.secret.document('AWSCURRENT')).toMatchObject({ client_secret: 'issued-and-lost' });
    expect(world.dialect.calls.map(({ method }) => method)).toEqual(['GET']);
  });

  it.each<[what: string, world: () => RotationWorld]>([
    ['the server does not show', () => new RotationWorld(new ReissuingDialect())],
    ['is stored already', () => new RotationWorld(new ShowingDialect())],
    [
      'works no more than the stored one',
      () => {
        const world = new RotationWorld(new ShowingDialect());
        world.dialect.secrets.set('only', 'another');
        world.dialect.secrets.delete('s0');
        return world;
      },
    ],
    [
      'the server does not show to this token',
      () => {
        const world = new RotationWorld(new ShowingDialect());
        world.dialect.authorization = 'Bearer another';
        return world;
      },
    ],
  ])('stores no secret that %s', async (_what, make) => {
    const world = make();
    world.tokenError = () => new VendError('credential_refused');
    await expect(createSecret(world.ports, world.turn('v2'))).rejects.toMatchObject({
      code: 'credential_refused',
    });
    expect(world.secret.versions).toHaveLength(1);
  });

  it('makes it current the second time if it was killed between', async () => {
    const world = new RotationWorld(new ReissuingDialect());
    await createSecret(world.ports, world.turn('v2'));
    world.secret.move('AWSCURRENT', 'v2', 'first');
    await createSecret(world.ports, world.turn('v2'));
    expect(world.secret.find('AWSCURRENT')?.id).toBe('v2');
  });

  it('stores a new registration access token even if the server kept the secret', async () => {
    const world = new RotationWorld(new KeepingDialect());
    await expect(createSecret(world.ports, world.turn('v2'))).rejects.toThrow(
      'The authorization server kept the secret of the client',
    );
    expect(world.secret.document('AWSCURRENT')).toMatchObject({
      client_secret: 'secret-0',
      registration_access_token: 'registration-1',
    });
    expect(world.secret.find('AWSPENDING')).toBeUndefined();
  });

  it('stores nothing if a request fails before', async () => {
    const world = new RotationWorld(new ReissuingDialect());
    world.adminError = () => new VendError('upstream_unavailable');
    await expect(createSecret(world.ports, world.turn('v2'))).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(world.secret.versions).toHaveLength(1);
  });

  it('publishes a new key beside the current one', async () => {
    const world = new RotationWorld(new RegistrationKeysDialect());
    await createSecret(world.ports, world.turn('v2'));
    const kids = world.dialect.keys.map(({ kid }) => kid);
    const key = world.secret.document('AWSPENDING')?.['private_key_jwk'] as { kid: string };
    expect(kids).toEqual(['first', key.kid]);
    for (const published of world.dialect.keys) expect(published).not.toHaveProperty('d');
  });

  it('notes the id of the only secret at the server before it adds another', async () => {
    const world = new RotationWorld(new OktaDialect());
    await createSecret(world.ports, world.turn('v2'));
    expect(world.secret.document('AWSCURRENT')?.['rotation_state']).toMatchObject({
      secret_id: 's0',
    });
    expect(world.secret.document('AWSPENDING')?.['rotation_state']).toMatchObject({
      secret_id: 's1',
      replaced_secret_id: 's0',
    });
  });

  it('removes what a killed rotation left, and not the current secret', async () => {
    const world = new RotationWorld(new OktaDialect());
    await createSecret(world.ports, world.turn('v2'));
    await createSecret(world.ports, world.turn('v3'));
    expect([...world.dialect.secrets.keys()]).toEqual(['s0', 's2']);
  });
});
