import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { KeySets } from '../../../lib/grant/key-sets.ts';
import type { PublishedKey } from '../../../lib/grant/published-keys.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never } from '../../support/fake-ports.ts';

const URI = 'https://auth.example.com/jwks';
const { signal } = new AbortController();
const key = (kid: string): PublishedKey => ({ kid, alg: undefined, jwk: { kty: 'RSA' } });
const down = new VendError('upstream_unavailable');

class World {
  readonly clock = new FakeClock();
  reads = 0;
  read: () => Promise<readonly PublishedKey[]> = async () => [key(`k${this.reads}`)];
  readonly sets = new KeySets(() => {
    this.reads += 1;
    return this.read();
  }, this.clock);

  get = () => this.clock.runUntilDone(this.sets.get(URI, signal));
  kids = async () => (await this.get()).keys.map(({ kid }) => kid);
}

describe('key sets', () => {
  it('are read once in ten minutes, and once for all who wait', async () => {
    const world = new World();
    await Promise.all([world.get(), world.get()]);
    expect(await world.kids()).toEqual(['k1']);
    expect(world.reads).toBe(1);
    world.clock.skip(600_000);
    expect(await world.kids()).toEqual(['k2']);
  });

  it('are used for a day while they cannot be read, and read again every 30 s', async () => {
    const world = new World();
    await world.get();
    world.read = () => Promise.reject(down);
    world.clock.skip(600_000);
    expect([await world.kids(), await world.kids()]).toEqual([['k1'], ['k1']]);
    expect(world.reads).toBe(2);
    world.clock.skip(30_000);
    expect(await world.kids()).toEqual(['k1']);
    expect(world.reads).toBe(3);
    world.clock.skip(86_400_000);
    await expect(world.get()).rejects.toBe(down);
  });

  it('fail if they were never read', async () => {
    const world = new World();
    world.read = () => Promise.reject(down);
    await expect(world.get()).rejects.toBe(down);
  });

  it('are not replaced by a set without keys', async () => {
    const world = new World();
    world.read = async () => [];
    expect(await world.kids()).toEqual([]);
    world.clock.skip(600_000);
    world.read = async () => [key('a')];
    expect(await world.kids()).toEqual(['a']);
    world.clock.skip(600_000);
    world.read = async () => [];
    expect(await world.kids()).toEqual(['a']);
  });

  it('are read again for an unknown key, at most every 2 s', async () => {
    const world = new World();
    const known = await world.get();
    const newer = () => world.clock.runUntilDone(world.sets.newer(URI, known, signal));
    expect(await newer()).toBeUndefined();
    world.clock.skip(2_000);
    const [first, second] = await Promise.all([newer(), newer()]);
    expect(first).toBe(second);
    expect(await newer()).toBe(first);
    expect(world.reads).toBe(2);
  });

  it('can be forgotten meanwhile, and are read again', async () => {
    const world = new World();
    const known = { keys: [], readAt: world.clock.now() - 2_000, nextReadAt: 0 };
    const newer = await world.clock.runUntilDone(world.sets.newer(URI, known, signal));
    expect(newer?.keys).toEqual([key('k1')]);
  });

  it('end a reading that never settles', async () => {
    const world = new World();
    world.read = never;
    await expect(world.get()).rejects.toMatchObject({ code: 'upstream_timeout' });
  });

  it('let a caller leave', async () => {
    const world = new World();
    world.read = never;
    const leaver = new AbortController();
    const left = world.sets.get(URI, leaver.signal);
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
  });
});
