import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import {
  awaitAcceptance,
  isAccepted,
  isRefused,
  proveDocument,
} from '../../../lib/rotation/prove-document.ts';
import { KeycloakDialect } from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

function open() {
  const world = new RotationWorld(new KeycloakDialect());
  return { world, turn: world.turn('v2'), current: world.read('AWSCURRENT') };
}

describe('the proof of a document', () => {
  it('is a token, which is revoked and noted by its fingerprint', async () => {
    const { world, turn, current } = open();
    await proveDocument(world.ports, turn, current);
    expect(turn.tokens).toEqual([{ credential: 'checkout/orders-api', sha256: 'e'.repeat(64) }]);
  });

  it('does not depend on the revocation', async () => {
    const { world, turn, current } = open();
    const revoke = async () => Promise.reject(new VendError('upstream_unavailable'));
    const ports = { ...world.ports, grants: { ...world.ports.grants, revoke } };
    ports.grants.obtain = world.ports.grants.obtain;
    await expect(proveDocument(ports, turn, current)).resolves.toBeUndefined();
  });

  it('waits while the server does not know the secret yet', async () => {
    const { world, turn, current } = open();
    const start = world.clock.now();
    world.tokenError = () =>
      world.clock.now() < start + 12_000 ? new VendError('credential_refused') : undefined;
    await world.clock.runUntilDone(awaitAcceptance(world.ports, turn, current, 30));
    expect(world.clock.now() - start).toBe(15_000);
  });

  it('ends after that time, and at once with another error', async () => {
    const { world, turn, current } = open();
    const start = world.clock.now();
    world.tokenError = () => new VendError('credential_refused');
    const waiting = awaitAcceptance(world.ports, turn, current, 30);
    await expect(world.clock.runUntilDone(waiting)).rejects.toMatchObject({
      code: 'credential_refused',
    });
    expect(world.clock.now() - start).toBe(30_000);
    world.tokenError = () => new VendError('upstream_unavailable');
    await expect(awaitAcceptance(world.ports, turn, current, 30)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
  });

  it.each([
    [undefined, true],
    [new VendError('credential_refused'), false],
    [new VendError('upstream_invalid', { mayBeRefusal: true }), false],
    [new VendError('upstream_unavailable'), undefined],
  ])('tells whether the secret is accepted: %s is %s', async (error, expected) => {
    const { world, turn, current } = open();
    world.tokenError = () => error;
    expect(await isAccepted(world.ports, turn, current)).toBe(expected);
  });

  it('is refused by an error of the server only', () => {
    expect(isRefused(new Error('credential_refused'))).toBe(false);
  });
});
