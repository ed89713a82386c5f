import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { AFTER_FAILED_RENEWAL, RECENT_MINT, TOKEN_FRESH_FOR } from '../time/time-budget.ts';
import { DroppedTokens } from './dropped-tokens.ts';
import type { MintedToken } from './minted-token.ts';
import {
  drawJitter,
  isInRefreshWindow,
  type Lifetime,
  secondsLeft,
  usableFor,
} from './refresh-window.ts';

interface Entry {
  /** The minted token that lives longest. */
  readonly token: MintedToken;
  /** The token that was minted last. */
  readonly latest: MintedToken;
  /** When: milliseconds since the Unix epoch. */
  readonly mintedAt: number;
  /** Jitter of its refresh window. */
  readonly jitter: number;
  /** No renewal before this: milliseconds since the Unix epoch. */
  leftAloneUntil: number;
}

const CAPACITY = 10_000;

/**
 * Minted tokens by cache key, each until it expires or is dropped. It also says when to renew a
 * token.
 */
export class TokenCache {
  readonly #clock: Clock;
  readonly #entries = new BoundedMap<string, Entry>(CAPACITY);
  readonly #dropped: DroppedTokens;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#dropped = new DroppedTokens(clock);
  }

  /** The token of `key`, if it lives at least `minTtl` seconds. */
  find(key: string, minTtl: number): MintedToken | undefined {
    const token = this.#entries.get(key)?.token;
    return token !== undefined && this.livesFor(token, minTtl) ? token : undefined;
  }

  /** The token minted last. It may have ended, or may have been dropped. */
  findLatest(key: string): MintedToken | undefined {
    return this.#entries.get(key)?.latest;
  }

  /** The token minted last, if that was within the last minute, or within other milliseconds. */
  findRecent(key: string, within: number = RECENT_MINT): MintedToken | undefined {
    const entry = this.#entries.get(key);
    const isRecent = entry !== undefined && this.#clock.now() - entry.mintedAt < within;
    return isRecent ? entry.latest : undefined;
  }

  /** Whether the token still lives `minTtl` seconds, and was not dropped. */
  livesFor(token: MintedToken, minTtl: number): boolean {
    return this.usableFor(token, minTtl) >= 0 && !this.#dropped.has(token);
  }

  /** Whole seconds until the token expires. */
  secondsLeft(token: MintedToken): number {
    return secondsLeft(token.expiresAt, this.#clock.now());
  }

  /** Milliseconds for which the token still lives `minTtl` seconds; negative once it does not. */
  usableFor(token: MintedToken, minTtl: number): number {
    return usableFor(lifetimeOf(token), minTtl, this.#clock.now());
  }

  /** Whether the token of `key` is in the refresh window of a caller that needs it for `minTtl` seconds. */
  needsRefresh(key: string, minTtl: number): boolean {
    const entry = this.#entries.get(key);
    const now = this.#clock.now();
    if (entry === undefined || now < entry.leftAloneUntil) return false;
    const { token, jitter } = entry;
    return this.#isOld(token) || isInRefreshWindow(lifetimeOf(token), minTtl, jitter, now);
  }

  /**
   * The token as the server issued it first. If the server has issued it before, for the same key or
   * before it was dropped, the server repeats its token until that ends.
   */
  recognize(key: string, token: MintedToken): MintedToken {
    const latest = this.findLatest(key);
    if (latest?.sha256 === token.sha256)
      return { ...token, issuedAt: latest.issuedAt, repeated: true };
    return this.#dropped.has(token) ? { ...token, repeated: true } : token;
  }

  /**
   * Stores a token, unless the cached one lives longer: a server may have shortened its lifetimes.
   * A token that the server repeats is not renewed before it ends.
   */
  put(key: string, latest: MintedToken): void {
    const present = this.#entries.get(key);
    const keepsPresent =
      present !== undefined &&
      present.token.expiresAt > latest.expiresAt &&
      !this.#isOld(present.token) &&
      !this.#dropped.has(present.token);
    const token = keepsPresent ? present.token : latest;
    const jitter = keepsPresent ? present.jitter : drawJitter(this.#clock);
    const mintedAt = this.#clock.now();
    const leftAloneUntil = latest.repeated
      ? Math.min(token.expiresAt, mintedAt + TOKEN_FRESH_FOR)
      : 0;
    this.#entries.set(key, { token, latest, mintedAt, jitter, leftAloneUntil });
    if (keepsPresent) this.postponeRefresh(key);
  }

  /**
   * Postpones renewals for 30 s after one that failed, so that callers do not wait for a failing
   * authorization server.
   */
  postponeRefresh(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.leftAloneUntil = Math.max(entry.leftAloneUntil, this.#clock.now() + AFTER_FAILED_RENEWAL);
  }

  /** The tokens of this SHA-256 that were minted here, of all credentials. */
  findCopies(sha256: string): readonly MintedToken[] {
    return [...this.#entries.values()].flatMap(({ token, latest }) =>
      [token, latest].filter((one) => one.sha256 === sha256),
    );
  }

  /** Whether the token was dropped. */
  isDropped(credential: string, sha256: string): boolean {
    return this.#dropped.has({ credential, sha256 });
  }

  /**
   * Drops a revoked or rejected token. It is not returned again before it would have ended, even if
   * the server repeats it. A token that is known only for other credentials is not dropped.
   *
   * @returns how many copies there were
   */
  drop(credential: string, sha256: string): number {
    const copies = this.findCopies(sha256);
    const own = copies.find((copy) => copy.credential === credential);
    if (own === undefined && copies.length > 0) return 0;
    // A repeated rejection must not extend the time by a later guess.
    if (own !== undefined || !this.isDropped(credential, sha256))
      this.#dropped.add(credential, sha256, own?.expiresAt);
    return this.#entries.deleteWhere(
      ({ token }) => token.credential === credential && token.sha256 === sha256,
    );
  }

  #isOld({ issuedAt }: MintedToken): boolean {
    return this.#clock.now() - issuedAt >= TOKEN_FRESH_FOR;
  }
}

function lifetimeOf({ expiresAt, issuedAt }: MintedToken): Lifetime {
  return { expiresAt, lifetime: expiresAt - issuedAt };
}
