import { describe, expect, it } from '@jest/globals';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { FakeWorld, tokenRequest } from '../support/fake-ports.ts';

/** A server that repeats its token until that ends, with an `expires_in` that counts down to 0. */
function repeatingWorld(lifetime: number): FakeWorld {
  const world = new FakeWorld();
  let [issued, endsAt] = [0, 0];
  world.server.token = () => {
    if (world.clock.now() >= endsAt) {
      issued += 1;
      endsAt = world.clock.now() + lifetime * 1000;
    }
    const expires_in = Math.floor((endsAt - world.clock.now()) / 1000);
    return { access_token: `repeated-${issued}`, expires_in };
  };
  return world;
}

/** The server issues its token to another process. */
async function issue({ server }: FakeWorld): Promise<void> {
  if (typeof server.token === 'function') await server.token(1);
}

describe('a server that repeats its token until that ends', () => {
  it('fails no caller at any time, and gets few requests', async () => {
    const world = repeatingWorld(60);
    const seen = new Set<unknown>();
    for (let n = 0; n < 400; n += 1) {
      const { status, json } = await world.vend();
      expect([n, status]).toEqual([n, 200]);
      seen.add(json['access_token']);
      world.clock.skip(700);
    }
    expect(seen.size).toBe(5);
    expect(world.server.tokenRequests).toBeLessThan(4 * seen.size);
  });

  it('lets callers of its last second wait for one new token', async () => {
    const world = repeatingWorld(60);
    await world.vend();
    world.clock.skip(59_500);
    const vends = [1, 2, 3].map(() => serveRequest(world.vending, tokenRequest()));
    const responses = await world.clock.runUntilDone(Promise.all(vends));
    const tokens = responses.map(({ body }) => JSON.parse(body).access_token);
    expect(tokens).toEqual(['repeated-2', 'repeated-2', 'repeated-2']);
  });

  it('fails no caller whose process sees the token for the first time when it ends', async () => {
    const world = repeatingWorld(60);
    await issue(world);
    world.clock.skip(59_500);
    expect((await world.vend()).json).toMatchObject({
      access_token: 'repeated-2',
      expires_in: 60,
    });
  });

  it('leads to a retryable error if its token is too short for min_ttl', async () => {
    const world = repeatingWorld(3_600);
    await world.vend();
    world.clock.skip(3_000_000);
    const ask = async () => {
      const { status, json, headers } = await world.vend({ min_ttl: '900' });
      return [status, json['error_description'], headers['retry-after']];
    };
    expect(await ask()).toEqual([
      503,
      'The authorization server repeats its token; a new one in 600 s.',
      '600',
    ]);
    for (let n = 0; n < 10; n += 1) await ask();
    expect(world.server.tokenRequests).toBe(2);
    world.clock.skip(600_000);
    expect(await ask()).toEqual([200, undefined, undefined]);
  });
});
