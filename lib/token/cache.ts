import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { AFTER_FAILED_RENEWAL, RECENT_MINT } from '../time/time-budget.ts';
import type { MintedToken } from './minted-token.ts';
import { drawJitter, isInRefreshWindow, secondsLeft, usableFor } from './refresh-window.ts';

interface Entry {
  /** The minted token that lives longest. */
  readonly token: MintedToken;
  /** The token that was minted last. */
  readonly latest: MintedToken;
  /** Jitter of its refresh window. */
  readonly jitter: number;
  /** No renewal before this, after one that failed: milliseconds since the Unix epoch. */
  leftAloneUntil: number;
}

const CAPACITY = 10_000;

/** Minted tokens by cache key, each until it expires. It also says when to renew a token. */
export class TokenCache {
  readonly #clock: Clock;
  readonly #entries = new BoundedMap<string, Entry>(CAPACITY);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The token of `key`, if it lives at least `minTtl` seconds. */
  find(key: string, minTtl: number): MintedToken | undefined {
    const token = this.#entries.get(key)?.token;
    return token !== undefined && this.livesFor(token, minTtl) ? token : undefined;
  }

  /**
   * The token minted last, if that was within the last minute and less than a tenth of its lifetime
   * ago. A new token would hardly live longer.
   */
  findRecent(key: string): MintedToken | undefined {
    const token = this.#entries.get(key)?.latest;
    if (token === undefined) return undefined;
    const recent = Math.min(RECENT_MINT, (token.expiresAt - token.issuedAt) / 10);
    return this.#clock.now() - token.issuedAt < recent ? token : undefined;
  }

  livesFor(token: MintedToken, minTtl: number): boolean {
    return this.usableFor(token, minTtl) >= 0;
  }

  /** Whole seconds until the token expires. */
  secondsLeft(token: MintedToken): number {
    return secondsLeft(token.expiresAt, this.#clock.now());
  }

  /** Milliseconds for which the token still lives `minTtl` seconds; negative once it does not. */
  usableFor(token: MintedToken, minTtl: number): number {
    return usableFor(token.expiresAt, minTtl, this.#clock.now());
  }

  /** Whether the token of `key` is in the refresh window of a caller that needs it for `minTtl` seconds. */
  needsRefresh(key: string, minTtl: number): boolean {
    const entry = this.#entries.get(key);
    const now = this.#clock.now();
    if (entry === undefined || now < entry.leftAloneUntil) return false;
    const { expiresAt, issuedAt } = entry.token;
    const lifetime = expiresAt - issuedAt;
    return isInRefreshWindow({ expiresAt, lifetime }, minTtl, entry.jitter, now);
  }

  /**
   * Stores a token, unless the cached one lives longer: a server may have shortened its lifetimes.
   */
  put(key: string, token: MintedToken): void {
    const present = this.#entries.get(key);
    if (present !== undefined && present.token.expiresAt > token.expiresAt) {
      this.#entries.set(key, { ...present, latest: token });
      this.postponeRefresh(key);
      return;
    }
    const jitter = drawJitter(this.#clock);
    this.#entries.set(key, { token, latest: token, jitter, leftAloneUntil: 0 });
  }

  /**
   * Postpones renewals for 30 s after one that failed, so that callers do not wait for a failing
   * authorization server.
   */
  postponeRefresh(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.leftAloneUntil = this.#clock.now() + AFTER_FAILED_RENEWAL;
  }

  /** Drops every copy of a token, and returns how many there were. */
  evict(credential: string, sha256: string): number {
    return this.#entries.deleteWhere(
      ({ token }) => token.credential === credential && token.sha256 === sha256,
    );
  }
}
