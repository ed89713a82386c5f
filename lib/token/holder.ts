import { hash } from 'node:crypto';
import { CodedError } from '../errors/coded-error.ts';
import type { Clock } from '../time/clock.ts';
import { SingleFlight } from '../time/single-flight.ts';
import { HeldError } from './held-error.ts';
import type { FetchToken, HeldToken, LivingToken } from './living-token.ts';
import { drawJitter, isInRefreshWindow, usableFor } from './refresh-window.ts';
import { isRefusal } from './refusal.ts';
import { Rejections } from './rejections.ts';

export interface HolderOptions<T extends LivingToken> {
  readonly fetchToken: FetchToken<T>;
  readonly clock: Pick<Clock, 'now' | 'random'>;
  /**
   * In the refresh window: `background` returns the held token and renews meanwhile, `awaited`
   * waits for the new token.
   */
  readonly renewal: 'background' | 'awaited';
  /** Whether errors that are not retryable are held and thrown again for 30 s. */
  readonly holdsErrors: boolean;
  /** The error if an API rejects every token. */
  readonly describeRejection?: (why: string) => Error;
}

export interface TokenNeed {
  /** Seconds that the token must still live. Default: any token that has not expired. */
  readonly minTtl?: number | undefined;
  /** Fetches a token even if the held one lives long enough. */
  readonly fresh?: boolean | undefined;
}

/**
 * Holds one living token. It is fetched once, when it is first needed, for all waiters. It is
 * renewed in its refresh window, and dropped if an API rejects it.
 *
 * @example
 * ```ts
 * const holder = new TokenHolder({ fetchToken, clock, renewal: 'background', holdsErrors: true });
 * const { accessToken } = await holder.get(signal);
 * ```
 */
export class TokenHolder<T extends LivingToken> {
  readonly #options: HolderOptions<T>;
  readonly #flights = new SingleFlight<HeldToken<T>>();
  readonly #error: HeldError;
  readonly #rejections = new Rejections();
  #held: HeldToken<T> | undefined;
  #generation = 0;
  #jitter = 1;
  /** Milliseconds since the Unix epoch: no renewal before. */
  #postponedUntil = 0;

  constructor(options: HolderOptions<T>) {
    this.#options = options;
    this.#error = new HeldError(options.clock);
  }

  /**
   * A token that lives `minTtl` seconds. Waiting ends with the caller's own signal; other callers
   * go on waiting. If a renewal fails, the held token is returned as long as it lives `minTtl`
   * seconds, unless the error refuses the client or the caller.
   *
   * @throws the error of the fetch, held for 30 s if it is not retryable and `holdsErrors` is set;
   *   the error of `describeRejection`; the `reason` of `signal`
   */
  async get(signal: AbortSignal, { minTtl = 0, fresh = false }: TokenNeed = {}) {
    signal.throwIfAborted();
    const held = fresh ? undefined : this.#find(minTtl);
    if (held !== undefined && !this.#isDue(held, minTtl)) return held;
    if (held !== undefined && this.#options.renewal === 'background') {
      this.#renewInBackground(held, minTtl);
      return held;
    }
    try {
      this.#error.throwIfHeld();
      return await this.#fly(minTtl, signal);
    } catch (error) {
      signal.throwIfAborted();
      const usable = fresh || isRefusal(error) ? undefined : this.#find(minTtl);
      if (usable === undefined) throw error;
      return usable;
    }
  }

  /** Whether this is the held access token. */
  holds(accessToken: string): boolean {
    return this.#held?.accessToken === accessToken;
  }

  /** Whether the held access token has this SHA-256 (hex). */
  holdsSha256(sha256: string): boolean {
    return this.#held !== undefined && hash('sha256', this.#held.accessToken, 'hex') === sha256;
  }

  /** The API accepted this token. */
  accept({ generation }: HeldToken): void {
    this.#rejections.accept(generation);
  }

  /**
   * The API rejected this token: the next `get` returns another. A token that was already replaced
   * is ignored. If the previous token was rejected too and this one was never accepted, `get` fails
   * for 30 s, because another token would be rejected as well.
   */
  invalidate(token: HeldToken): void {
    if (this.#held?.generation !== token.generation) return;
    if (this.#rejections.reject(token)) {
      this.#error.hold(this.#describe('The new token was also rejected.'));
    }
    this.#held = undefined;
  }

  #find(minTtl: number): HeldToken<T> | undefined {
    const held = this.#held;
    return held !== undefined && this.#usableFor(held, minTtl) >= 0 ? held : undefined;
  }

  #isDue(token: T, minTtl: number): boolean {
    const now = this.#options.clock.now();
    return now >= this.#postponedUntil && isInRefreshWindow(token, minTtl, this.#jitter, now);
  }

  #usableFor(token: T, minTtl: number): number {
    return usableFor(token, minTtl, this.#options.clock.now());
  }

  /** Postpones the renewal until half of the usable time of the token is over. */
  #postpone(token: T, minTtl: number): void {
    this.#postponedUntil = this.#options.clock.now() + this.#usableFor(token, minTtl) / 2;
  }

  #renewInBackground(held: HeldToken<T>, minTtl: number): void {
    if (this.#flights.has(String(minTtl)) || this.#error.isHeld) return;
    // If this renewal fails, the held token is still returned, and the next renewal is due halfway
    // to its end.
    this.#postpone(held, minTtl);
    void this.#fly(minTtl, new AbortController().signal).catch(() => undefined);
  }

  async #fly(minTtl: number, signal: AbortSignal): Promise<HeldToken<T>> {
    return await this.#flights.run(String(minTtl), signal, (flight) => this.#fetch(minTtl, flight));
  }

  async #fetch(minTtl: number, signal: AbortSignal): Promise<HeldToken<T>> {
    try {
      const token = await this.#fetchUnrejected(minTtl, signal);
      this.#rejections.settle();
      this.#error.forget();
      this.#held = this.#hold(token, minTtl);
      return this.#held;
    } catch (error) {
      // The reason of the flight's signal says only that its callers have left.
      const isLasting = !isRetryable(error) && error !== signal.reason;
      if (this.#options.holdsErrors && isLasting) this.#error.hold(error);
      throw error;
    }
  }

  #hold(token: T, minTtl: number): HeldToken<T> {
    // An endpoint that shares tokens may return the held token again. It keeps its generation, else
    // its rejection would count for a previous token.
    if (this.holds(token.accessToken)) {
      this.#postpone(token, minTtl);
    } else {
      this.#generation += 1;
      this.#jitter = drawJitter(this.#options.clock);
      this.#postponedUntil = 0;
    }
    return { ...token, generation: this.#generation };
  }

  async #fetchUnrejected(minTtl: number, signal: AbortSignal): Promise<T> {
    const { fetchToken } = this.#options;
    const before = this.#rejections.pending;
    const token = await fetchToken(before, minTtl, signal);
    // The API may reject the old token during a renewal. The renewal may then return the same
    // token.
    const rejected = this.#rejections.pending;
    if (token.accessToken !== rejected) return token;
    const other = rejected === before ? token : await fetchToken(rejected, minTtl, signal);
    if (other.accessToken === rejected)
      throw this.#describe('The new token is the same as the rejected one.');
    return other;
  }

  #describe(why: string): Error {
    return this.#options.describeRejection?.(why) ?? new Error(why);
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof CodedError && error.retryable;
}
