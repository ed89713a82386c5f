import { describe, expect, it } from '@jest/globals';
import type { Credential } from '../../../lib/credential/source.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { SECRET_TIMEOUT } from '../../../lib/time/time-budget.ts';
import { DOCUMENT, FakeWorld } from '../../support/fake-ports.ts';

const NAME = 'checkout/orders-api';
const id = { team: 'checkout', name: 'orders-api' };
const { signal } = new AbortController();
const HOUR = 3_600_000;

describe('credential source', () => {
  it('reads past its cache at most every 2 s', async () => {
    const world = new FakeWorld();
    const { credentials } = world.vending;
    await credentials.get(id, signal);
    world.store.put(NAME, DOCUMENT, 'v2');
    expect((await credentials.reread(id, signal)).versionId).toBe('v2');
    // The last reading found a change, so there may be another one.
    expect((await credentials.reread(id, signal)).versionId).toBe('v2');
    world.store.put(NAME, DOCUMENT, 'v3');
    expect((await credentials.reread(id, signal)).versionId).toBe('v2');
    world.clock.skip(2_000);
    expect((await credentials.reread(id, signal)).versionId).toBe('v3');
    world.store.put(NAME, DOCUMENT, 'v4');
    expect((await credentials.reread(id, signal)).versionId).toBe('v4');
    expect(world.store.reads).toBe(5);
  });

  it('reads again at once if the version that it read is the previous one by now', async () => {
    const world = new FakeWorld();
    const { credentials } = world.vending;
    const current = await credentials.get(id, signal);
    await credentials.reread(id, signal);
    world.store.put(NAME, DOCUMENT, 'v2', world.clock.now());
    expect((await credentials.reread(id, signal)).versionId).toBe('v1');
    expect((await credentials.previous(current, signal))?.versionId).toBe('v1');
    expect((await credentials.reread(id, signal)).versionId).toBe('v2');
  });
});

describe('a reading', () => {
  it('ends after 5 s without a response', async () => {
    const world = new FakeWorld();
    world.store.gate = new Promise(() => undefined);
    const reading = world.vending.credentials.get(id, signal);
    const ended = expect(reading).rejects.toMatchObject({ code: 'secrets_unavailable' });
    await world.clock.advance(SECRET_TIMEOUT);
    await ended;
  });
});

describe('the previous version', () => {
  async function rotate(change: object, writtenAgo = 0): Promise<[FakeWorld, Credential]> {
    const world = new FakeWorld();
    world.store.put(NAME, { ...DOCUMENT, ...change }, 'v2', world.clock.now() - writtenAgo);
    return [world, await world.vending.credentials.get(id, signal)];
  }

  it('provides only client and secret: the current document decides the rest', async () => {
    const change = {
      client_id: 'new-client',
      client_secret: 'new',
      scope: 'orders:read',
      epoch: 3,
    };
    const [world, current] = await rotate(change);
    const previous = await world.vending.credentials.previous(current, signal);
    expect(previous).toMatchObject({
      versionId: 'v1',
      document: {
        clientId: DOCUMENT.client_id,
        authentication: { clientSecret: DOCUMENT.client_secret },
        scope: ['orders:read'],
        epoch: 3,
      },
    });
  });

  it('is read once for each version that is current', async () => {
    const [world, current] = await rotate({});
    const { credentials } = world.vending;
    await credentials.previous(current, signal);
    await credentials.previous(current, signal);
    expect(world.store.reads).toBe(2);
    world.store.put(NAME, DOCUMENT, 'v3', world.clock.now());
    const next = await credentials.reread(id, signal);
    expect((await credentials.previous(next, signal))?.versionId).toBe('v2');
  });

  it.each([
    ['an hour after the change', {}, HOUR],
    ['of another issuer', { issuer: 'https://other.example.com' }, 0],
    ['with another token endpoint', { token_endpoint: 'https://auth.example.com/t' }, 0],
    // Else who may store a document gets the secret that he may not read.
    ['with another revocation endpoint', { revocation_endpoint: 'https://auth.example.com/r' }, 0],
    [
      'with another introspection endpoint',
      { introspection_endpoint: 'https://auth.example.com/i' },
      0,
    ],
  ])('is none %s', async (_what, change, writtenAgo) => {
    const [world, current] = await rotate(change, writtenAgo);
    expect(await world.vending.credentials.previous(current, signal)).toBeUndefined();
  });

  it('is none if it does not exist, or is not valid', async () => {
    const [world, current] = await rotate({});
    world.store.previous.set(NAME, { text: '{', versionId: 'v1', writtenAt: 0 });
    expect(await world.vending.credentials.previous(current, signal)).toBeUndefined();
    world.store.previous.clear();
    expect(await world.vending.credentials.previous(current, signal)).toBeUndefined();
  });

  it('is none for 2 s if it cannot be read', async () => {
    const [world, current] = await rotate({});
    const { credentials } = world.vending;
    world.store.error = new VendError('secrets_unavailable');
    expect(await credentials.previous(current, signal)).toBeUndefined();
    world.store.error = undefined;
    expect(await credentials.previous(current, signal)).toBeUndefined();
    world.clock.skip(2_000);
    expect((await credentials.previous(current, signal))?.versionId).toBe('v1');
  });

  it('counts from the change that this process saw, if the version was written long before', async () => {
    const world = new FakeWorld();
    const { credentials } = world.vending;
    await credentials.get(id, signal);
    world.store.put(NAME, DOCUMENT, 'v2', world.clock.now() - 2 * HOUR);
    await credentials.reread(id, signal);
    world.clock.skip(2_000);
    const current = await credentials.reread(id, signal);
    expect((await credentials.previous(current, signal))?.versionId).toBe('v1');
    world.clock.skip(HOUR);
    expect(await credentials.previous(current, signal)).toBeUndefined();
  });

  it('joins a reading that is under way, however recent the last one was', async () => {
    const world = new FakeWorld();
    const { credentials } = world.vending;
    await credentials.get(id, signal);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.store.gate = promise;
    world.store.put(NAME, DOCUMENT, 'v2');
    const readings = [credentials.reread(id, signal), credentials.reread(id, signal)];
    resolve();
    const versions = (await Promise.all(readings)).map(({ versionId }) => versionId);
    expect(versions).toEqual(['v2', 'v2']);
    expect(world.store.reads).toBe(2);
  });
});
