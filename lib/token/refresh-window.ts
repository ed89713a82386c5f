import type { Clock } from '../time/clock.ts';
import { LONGEST_REFRESH_WINDOW } from '../time/time-budget.ts';

/** The lifetime of a token, in milliseconds by the clock of this machine. */
export interface Lifetime {
  /** Since the Unix epoch. */
  readonly expiresAt: number;
  /** From its issue to its expiry. A part of it is already over when a shared token is received. */
  readonly lifetime: number;
}

// A token in its last second counts as expired: its `expires_in` would be 0, and a server that
// counts whole seconds may expire it up to one second earlier.
const LAST_SECOND = 1_000;

/**
 * For how many milliseconds a token still lives `minTtl` seconds; negative once it does not. A
 * token in its last second, or in the last tenth of a shorter lifetime, counts as expired.
 *
 * @param now milliseconds since the Unix epoch
 */
export function usableFor({ expiresAt, lifetime }: Lifetime, minTtl: number, now: number): number {
  const lastPart = Math.max(1, Math.min(LAST_SECOND, lifetime / 10));
  return expiresAt - Math.max(lastPart, minTtl * 1000) - now;
}

/** Whole seconds until a token expires: its `expires_in`. Both in milliseconds since the Unix epoch. */
export function secondsLeft(expiresAt: number, now: number): number {
  return Math.floor((expiresAt - now) / 1000);
}

/**
 * A factor in [0.8, 1) for the refresh window of one token: with it, the processes of a fleet do
 * not renew in the same second.
 */
export function drawJitter(clock: Pick<Clock, 'random'>): number {
  return 0.8 + 0.2 * clock.random();
}

/**
 * Whether a token is in its refresh window: the last 10 % of its lifetime, at most 5 minutes,
 * counted back from the moment at which it no longer lives `minTtl` seconds. If the token is usable
 * for a caller only for a short time, the window is half of that time, so that not every request
 * renews.
 *
 * @param minTtl seconds
 * @param jitter from {@link drawJitter}
 * @param now milliseconds since the Unix epoch
 */
export function isInRefreshWindow(
  token: Lifetime,
  minTtl: number,
  jitter: number,
  now: number,
): boolean {
  const { lifetime } = token;
  const window = Math.min(lifetime / 10, LONGEST_REFRESH_WINDOW, (lifetime - minTtl * 1000) / 2);
  return usableFor(token, minTtl, now) < window * jitter;
}
