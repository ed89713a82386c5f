import { VendError } from '../errors/vend-error.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { REJECTED_TOKEN_REPLACED_EVERY } from '../time/time-budget.ts';

/**
 * The pace at which rejected tokens are replaced: at most one mint for each credential in 10 s. An
 * API that rejects every token must not cause a mint at each request.
 */
export class ReplacementPace {
  readonly #clock: Pick<Clock, 'now'>;
  /** Start of the last of these mints: milliseconds since the Unix epoch. */
  readonly #startedAt = new BoundedMap<string, number>(1_000);

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * Runs a mint that replaces a rejected token. A mint that fails replaces nothing and does not
   * count.
   *
   * @param credential `team/name`
   * @throws VendError `budget_exhausted` with `retryAfter` if another one ran within the last 10 s;
   *   the error of `mint`
   */
  async replace<T>(credential: string, mint: () => Promise<T>): Promise<T> {
    const now = this.#clock.now();
    const startedAt = this.#startedAt.get(credential) ?? Number.NEGATIVE_INFINITY;
    const wait = startedAt + REJECTED_TOKEN_REPLACED_EVERY - now;
    if (wait > 0) throw exhausted(Math.ceil(wait / 1000));
    this.#startedAt.set(credential, now);
    try {
      return await mint();
    } catch (error) {
      this.#startedAt.delete(credential);
      throw error;
    }
  }
}

function exhausted(retryAfter: number): VendError {
  return new VendError('budget_exhausted', {
    says: `A rejected token of this credential was replaced less than 10 s ago; the next one in ${retryAfter} s.`,
    advice: 'Wait for Retry-After. If the API rejects every new token, ask its owner why.',
    retryAfter,
  });
}
