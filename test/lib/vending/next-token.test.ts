import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { TokenCache } from '../../../lib/token/cache.ts';
import type { MintedToken } from '../../../lib/token/minted-token.ts';
import { NextToken } from '../../../lib/vending/next-token.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { contextOf } from '../../support/request-context.ts';

const unacceptable = new VendError('token_unacceptable');

class World {
  readonly clock = new FakeClock();
  readonly tokens = new TokenCache(this.clock);
  readonly next = new NextToken(this.clock, this.tokens);
  readonly context = contextOf();

  /** Milliseconds that the work waits. */
  async wait(work: Promise<unknown>): Promise<number> {
    const before = this.clock.now();
    await this.clock.runUntilDone(work);
    return this.clock.now() - before;
  }

  put(lifetime: number, repeated = false): MintedToken {
    const issuedAt = this.clock.now();
    const token = {
      accessToken: 't',
      sha256: 's',
      credential: 'checkout/orders-api',
      issuedAt,
      expiresAt: issuedAt + lifetime,
      repeated,
    } as MintedToken;
    this.tokens.put('k', token);
    return token;
  }
}

describe('the next token of a server', () => {
  it('may be minted at once if nothing was minted, or the last token lives long enough', async () => {
    const world = new World();
    expect(await world.next.mayBeMinted(world.context, 'k', 0)).toBe(false);
    world.put(60_000);
    expect(await world.next.mayBeMinted(world.context, 'k', 59)).toBe(false);
    expect(await world.next.mayBeMinted(world.context, 'k', 0)).toBe(false);
    await expect(world.next.mayBeMinted(world.context, 'k', 60)).rejects.toMatchObject({
      code: 'min_ttl_unsatisfiable',
    });
  });

  it('comes at the end of a token that the server repeats, for which the caller waits', async () => {
    const world = new World();
    world.put(900, true);
    expect(await world.wait(world.next.mayBeMinted(world.context, 'k', 0))).toBe(900);
    expect(await world.next.mayBeMinted(world.context, 'k', 0)).toBe(false);
  });

  it('may be minted if the server repeated its token more than 30 s ago', async () => {
    const world = new World();
    world.put(3_600_000, true);
    world.clock.skip(30_000);
    expect(await world.next.mayBeMinted(world.context, 'k', 3_599)).toBe(false);
  });

  it('is an error with Retry-After if the caller cannot wait for it', async () => {
    const world = new World();
    const token = world.put(10_001, true);
    await expect(world.next.afterMint(world.context, token, 60)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryable: true,
      retryAfter: 11,
      message: 'The authorization server repeats its token; a new one in 11 s.',
    });
    world.clock.skip(1);
    expect(await world.wait(world.next.afterMint(world.context, token, 60))).toBe(10_000);
  });

  it('is waited for briefly if the server repeats a token that has ended', async () => {
    const world = new World();
    const token = world.put(1_000, true);
    world.clock.skip(2_000);
    expect(await world.wait(world.next.afterMint(world.context, token, 0))).toBe(250);
  });

  it('is minted once more if a token has ended when it comes', async () => {
    const world = new World();
    const token = world.put(0);
    expect(await world.wait(world.next.afterMint(world.context, token, 0, true))).toBe(250);
    await expect(world.next.afterMint(world.context, token, 0)).rejects.toMatchObject({
      code: 'min_ttl_unsatisfiable',
    });
  });

  it('does not live longer than one that was just minted', async () => {
    const world = new World();
    const token = world.put(60_000);
    await expect(world.next.afterMint(world.context, token, 60)).resolves.toBeUndefined();
    world.clock.skip(1);
    await expect(world.next.afterMint(world.context, token, 60)).rejects.toMatchObject({
      code: 'min_ttl_unsatisfiable',
    });
  });

  it('comes after responses that are refused because the last token is at its end', async () => {
    const world = new World();
    world.put(60_000);
    await expect(world.next.afterError(world.context, 'k', unacceptable)).rejects.toBe(
      unacceptable,
    );
    world.clock.skip(59_100);
    const waited = world.wait(world.next.afterError(world.context, 'k', unacceptable));
    expect(await waited).toBe(900);
    expect(await world.wait(world.next.afterError(world.context, 'k', unacceptable))).toBe(250);
    world.clock.skip(1_750);
    await expect(world.next.afterError(world.context, 'k', unacceptable)).rejects.toBe(
      unacceptable,
    );
  });

  it('does not come after any other error, or without a last token', async () => {
    const world = new World();
    await expect(world.next.afterError(world.context, 'k', unacceptable)).rejects.toBe(
      unacceptable,
    );
    world.put(1_000);
    const other = new VendError('upstream_invalid');
    await expect(world.next.afterError(world.context, 'k', other)).rejects.toBe(other);
  });
});
