import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { AFTER_FAILED_RENEWAL, LONGEST_REFRESH_WINDOW, RECENT_MINT } from '../time/time-budget.ts';
import type { MintedToken } from './minted-token.ts';

interface Entry {
  /** Of those that were minted, the one that lives longest. */
  readonly token: MintedToken;
  /** The one that was minted last. */
  readonly latest: MintedToken;
  /** In [0.8, 1): keeps the processes of a fleet from renewing in the same second. */
  readonly jitter: number;
  /** After a renewal that failed: milliseconds since the Unix epoch. */
  leftAloneUntil: number;
}

const CAPACITY = 10_000;

/** Minted tokens by cache key, each until it expires; says when one should be renewed ahead of that. */
export class TokenCache {
  readonly #clock: Clock;
  readonly #entries = new BoundedMap<string, Entry>(CAPACITY);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The token of `key` while it lives at least `minTtl` seconds. */
  find(key: string, minTtl: number): MintedToken | undefined {
    const token = this.#entries.get(key)?.token;
    return token !== undefined && this.livesFor(token, minTtl) ? token : undefined;
  }

  /** The token minted last where that was in the last minute, and less than a tenth of its life ago: a new one would hardly live longer. */
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
    return Math.floor((token.expiresAt - this.#clock.now()) / 1000);
  }

  /**
   * Milliseconds for which the token still lives `minTtl` seconds; negative once it does not. In its last second a token
   * counts as expired: its `expires_in` would be 0.
   */
  usableFor(token: MintedToken, minTtl: number): number {
    return token.expiresAt - Math.max(1, minTtl) * 1000 - this.#clock.now();
  }

  /**
   * Whether the token of `key` is in the refresh window of this caller: the last 10 % of its lifetime, at most 5 minutes,
   * counted back from the moment at which it no longer lives `minTtl` seconds. Of a caller for whom the token is of use
   * only for a short time the window is half of that, so that not every request renews.
   */
  needsRefresh(key: string, minTtl: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#clock.now() < entry.leftAloneUntil) return false;
    const { token, jitter } = entry;
    const lifetime = token.expiresAt - token.issuedAt;
    const window = Math.min(lifetime / 10, LONGEST_REFRESH_WINDOW, (lifetime - minTtl * 1000) / 2);
    return this.usableFor(token, minTtl) < window * jitter;
  }

  /** Keeps a token, unless the one that is there lives longer: a server may have shortened its lifetimes. */
  put(key: string, token: MintedToken): void {
    const present = this.#entries.get(key);
    if (present !== undefined && present.token.expiresAt > token.expiresAt) {
      this.#entries.set(key, { ...present, latest: token });
      this.postponeRefresh(key);
      return;
    }
    const jitter = 0.8 + 0.2 * this.#clock.random();
    this.#entries.set(key, { token, latest: token, jitter, leftAloneUntil: 0 });
  }

  /** A renewal brought nothing: leave the server alone for 30 s, and the callers without the wait. */
  postponeRefresh(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.leftAloneUntil = this.#clock.now() + AFTER_FAILED_RENEWAL;
  }

  /** Drops every copy of a token; answers how many there were. */
  evict(credential: string, sha256: string): number {
    return this.#entries.deleteWhere(
      ({ token }) => token.credential === credential && token.sha256 === sha256,
    );
  }
}
