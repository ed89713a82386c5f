import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  drawJitter,
  isInRefreshWindow,
  secondsLeft,
  usableFor,
} from '../../../lib/token/refresh-window.ts';

const HOUR = 3_600_000;

/**
 * Seconds before the end of a token at which its window starts; any jitter but 1 makes it later.
 */
function windowOf(lifetime: number, minTtl: number, jitter = 1): number {
  const token = { expiresAt: lifetime, lifetime };
  for (let now = 0; now <= lifetime; now += 1_000)
    if (isInRefreshWindow(token, minTtl, jitter, now + 1)) return (lifetime - now) / 1000;
  return 0;
}

describe('how long a token is usable', () => {
  it.each<[minTtl: number, now: number, usable: number]>([
    [0, 0, 9_000],
    [1, 0, 9_000],
    [4, 0, 6_000],
    [4, 6_000, 0],
    [4, 6_001, -1],
    // Its last second.
    [0, 9_001, -1],
  ])('with a min_ttl of %i s, at %i ms of 10,000: %i ms', (minTtl, now, usable) => {
    expect(usableFor({ expiresAt: 10_000, lifetime: 10_000 }, minTtl, now)).toBe(usable);
  });

  it('to its last tenth if it lives less than 10 s', () => {
    const token = { expiresAt: 1_000, lifetime: 1_000 };
    expect([usableFor(token, 0, 900), usableFor(token, 0, 901), usableFor(token, 1, 1)]).toEqual([
      0, -1, -1,
    ]);
  });

  it('not at all if it has no lifetime', () => {
    expect(usableFor({ expiresAt: 0, lifetime: 0 }, 0, 0)).toBe(-1);
  });

  it('is stated in whole seconds', () => {
    expect([secondsLeft(10_000, 0), secondsLeft(10_000, 1), secondsLeft(10_000, 10_001)]).toEqual([
      10, 9, -1,
    ]);
  });
});

describe('the refresh window', () => {
  it.each<[what: string, lifetime: number, minTtl: number, seconds: number]>([
    ['the last tenth', 60_000, 0, 1 + 6],
    ['the last 5 minutes of a long life', HOUR, 0, 1 + 300],
    ['counted back from min_ttl', HOUR, 600, 600 + 300],
    ['half of the time for which the token is of use, if that is short', HOUR, 3_400, 3_400 + 100],
  ])('is %s', (_what, lifetime, minTtl, seconds) => {
    expect(windowOf(lifetime, minTtl)).toBe(seconds);
  });

  it('starts up to a fifth later by jitter', () => {
    expect(windowOf(HOUR, 0, 0.8)).toBe(1 + 240);
    const draw = (chance: number) => drawJitter({ random: () => chance });
    expect([draw(0), draw(0.5)]).toEqual([0.8, 0.9]);
    expect(draw(0.999)).toBeLessThan(1);
  });

  it('covers every moment at which the token is no longer usable, and no token that was just issued', () => {
    const lifetimes = fc.integer({ min: 2_000, max: 86_400_000 });
    const share = fc.double({ min: 0, max: 0.99, noNaN: true });
    const jitters = fc.double({ min: 0.8, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(lifetimes, share, jitters, (lifetime, part, jitter) => {
        const minTtl = Math.floor((part * lifetime) / 1000);
        const token = { expiresAt: lifetime, lifetime };
        const end = lifetime - Math.max(Math.min(1_000, lifetime / 10), minTtl * 1000);
        expect(isInRefreshWindow(token, minTtl, jitter, end + 1)).toBe(true);
        expect(isInRefreshWindow(token, minTtl, jitter, 0)).toBe(false);
      }),
    );
  });
});
