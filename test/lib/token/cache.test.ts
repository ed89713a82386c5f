import { describe, expect, it } from '@jest/globals';
import { TokenCache } from '../../../lib/token/cache.ts';
import type { MintedToken } from '../../../lib/token/minted-token.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function token(clock: FakeClock, overrides: Partial<MintedToken> = {}): MintedToken {
  const issuedAt = clock.now();
  return {
    accessToken: 't',
    sha256: 's',
    jti: undefined,
    scope: [],
    audience: [],
    issuedAt,
    expiresAt: issuedAt + 3_600_000,
    mintId: 'm',
    credential: 'checkout/orders-api',
    ...overrides,
  };
}

describe('the token cache', () => {
  it('keeps a token until its last second', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    expect(cache.find('k', 0)).toBeUndefined();
    cache.put('k', token(clock));
    clock.skip(3_598_000);
    expect([cache.find('k', 2)?.mintId, cache.find('k', 3)]).toEqual(['m', undefined]);
    clock.skip(1_000);
    expect(cache.find('k', 0)?.mintId).toBe('m');
    // Its expires_in would be 0.
    clock.skip(1);
    expect(cache.find('k', 0)).toBeUndefined();
  });

  it('renews in the last tenth of the lifetime, at most 5 minutes, at a random point', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    clock.chance = 1;
    cache.put('hour', token(clock));
    cache.put('minute', token(clock, { expiresAt: clock.now() + 60_000 }));
    expect([cache.needsRefresh('hour', 1), cache.needsRefresh('none', 1)]).toEqual([false, false]);
    clock.skip(53_001);
    expect([cache.needsRefresh('minute', 1), cache.needsRefresh('hour', 1)]).toEqual([true, false]);
    clock.skip(3_299_000 - 53_000);
    expect(cache.needsRefresh('hour', 1)).toBe(true);
    cache.postponeRefresh('hour');
    cache.postponeRefresh('none');
    expect(cache.needsRefresh('hour', 1)).toBe(false);
  });

  it.each<[minTtl: number, from: number]>([
    [0, 3_600 - 1 - 300],
    [600, 3_000 - 300],
    [1_800, 1_800 - 300],
    // If the token is usable for ten minutes or less, half of that time.
    [3_000, 300],
    [3_400, 100],
  ])(
    'counts the window of a min_ttl of %i s back from the moment at which it is not met: from second %i',
    (minTtl, from) => {
      const clock = new FakeClock();
      clock.chance = 1;
      const cache = new TokenCache(clock);
      cache.put('k', token(clock));
      clock.skip(from * 1000);
      expect(cache.needsRefresh('k', minTtl)).toBe(false);
      clock.skip(1);
      expect(cache.needsRefresh('k', minTtl)).toBe(true);
      expect(cache.find('k', minTtl)).toBeDefined();
    },
  );

  it('keeps the token that lives longer if a renewal brings a shorter one', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('k', token(clock));
    clock.skip(3_400_000);
    cache.put('k', token(clock, { mintId: 'short', expiresAt: clock.now() + 60_000 }));
    expect(cache.find('k', 0)?.mintId).toBe('m');
    expect(cache.needsRefresh('k', 0)).toBe(false);
    clock.skip(30_000);
    expect(cache.needsRefresh('k', 0)).toBe(true);
  });

  it('finds a token that was just minted, even if an older one lives longer', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    expect(cache.findRecent('k')).toBeUndefined();
    cache.put('k', token(clock));
    clock.skip(59_999);
    expect(cache.findRecent('k')?.mintId).toBe('m');
    clock.skip(1);
    expect(cache.findRecent('k')).toBeUndefined();
    cache.put('k', token(clock, { mintId: 'short', expiresAt: clock.now() + 50_000 }));
    clock.skip(59_999);
    // Even if it has ended.
    expect([cache.findRecent('k')?.mintId, cache.find('k', 0)?.mintId]).toEqual(['short', 'm']);
  });

  it('states in whole seconds how long a token lives', () => {
    const clock = new FakeClock();
    const minted = token(clock);
    clock.skip(1);
    expect(new TokenCache(clock).secondsLeft(minted)).toBe(3_599);
  });

  it('renews a token of a long lifetime after a day, and keeps it until that succeeds', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    const year = 31_536_000_000;
    cache.put('k', token(clock, { expiresAt: clock.now() + year }));
    clock.skip(86_399_999);
    expect(cache.needsRefresh('k', 0)).toBe(false);
    clock.skip(1);
    expect([cache.needsRefresh('k', 0), cache.find('k', 0)?.mintId]).toEqual([true, 'm']);
    cache.put('k', token(clock, { mintId: 'next' }));
    expect(cache.find('k', 0)?.mintId).toBe('next');
  });

  it('does not renew a token that the server repeats before that ends, and once a day', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    const expiresAt = clock.now() + 200_000_000;
    cache.put('k', token(clock, { expiresAt }));
    clock.skip(86_400_000);
    const issuedAt = clock.now() - 86_400_000;
    expect(cache.recognize('k', token(clock))).toMatchObject({ issuedAt, repeated: true });
    const other = token(clock, { sha256: 'other' });
    expect(cache.recognize('k', other)).toBe(other);
    cache.put('k', token(clock, { expiresAt, repeated: true }));
    clock.skip(86_399_999);
    expect(cache.needsRefresh('k', 0)).toBe(false);
    clock.skip(1);
    expect(cache.needsRefresh('k', 0)).toBe(true);
    cache.put('k', token(clock, { expiresAt, repeated: true }));
    clock.skip(expiresAt - clock.now() - 1);
    expect(cache.needsRefresh('k', 0)).toBe(false);
  });

  it('drops a rejected token wherever it is cached, and does not return it if it is issued again', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('1', token(clock));
    cache.put('2', token(clock));
    expect(cache.drop('checkout/orders-api', 's')).toBe(2);
    expect(cache.recognize('1', token(clock))).toMatchObject({ repeated: true });
    cache.put('1', token(clock, { repeated: true }));
    expect(cache.find('1', 0)).toBeUndefined();
    expect(cache.isDropped('checkout/orders-api', 's')).toBe(true);
    // Another token replaces it, even if that one lives shorter.
    cache.put('1', token(clock, { sha256: 'next', expiresAt: clock.now() + 60_000 }));
    expect(cache.find('1', 0)?.sha256).toBe('next');
    clock.skip(3_600_000);
    expect(cache.isDropped('checkout/orders-api', 's')).toBe(false);
  });

  it('remembers a rejected token that it does not know for a day from the first rejection', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    expect(cache.drop('checkout/orders-api', 's')).toBe(0);
    clock.skip(86_399_999);
    expect(cache.drop('checkout/orders-api', 's')).toBe(0);
    expect(cache.isDropped('checkout/orders-api', 's')).toBe(true);
    clock.skip(1);
    expect(cache.isDropped('checkout/orders-api', 's')).toBe(false);
  });

  it('drops nothing for a token that is known only for another credential', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('k', token(clock));
    expect(cache.drop('inventory/orders-api', 's')).toBe(0);
    expect(cache.isDropped('inventory/orders-api', 's')).toBe(false);
    expect(cache.find('k', 0)?.mintId).toBe('m');
  });

  it('drops a revoked token, and nothing else', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('1', token(clock, { sha256: 'one' }));
    cache.put('2', token(clock, { sha256: 'one', credential: 'other/api' }));
    cache.put('3', token(clock, { sha256: 'three' }));
    expect(cache.drop('checkout/orders-api', 'one')).toBe(1);
    expect(cache.find('1', 0)).toBeUndefined();
    expect([cache.find('2', 0)?.sha256, cache.find('3', 0)?.sha256]).toEqual(['one', 'three']);
  });
});
