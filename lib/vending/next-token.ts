import { VendError } from '../errors/vend-error.ts';
import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';
import {
  AFTER_FAILED_RENEWAL,
  LEFT_AFTER_REPEATED_TOKEN,
  REPEATED_TOKEN_ENDS_WITHIN,
  SHORTEST_REPEAT_WAIT,
} from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import type { MintedToken } from '../token/minted-token.ts';
import { minTtlUnsatisfiable } from './min-ttl-unsatisfiable.ts';
import type { RequestContext } from './request-context.ts';

type Waiting = Pick<RequestContext, 'signal' | 'deadline'>;

/**
 * When a server issues another token. Some servers repeat their token until it ends, with an
 * `expires_in` that counts down to 0. Then a caller that needs another token waits for that end
 * within its own deadline.
 */
export class NextToken {
  readonly #clock: Clock;
  readonly #tokens: Pick<TokenCache, 'findLatest' | 'findRecent' | 'usableFor'>;

  constructor(clock: Clock, tokens: Pick<TokenCache, 'findLatest' | 'findRecent' | 'usableFor'>) {
    this.#clock = clock;
    this.#tokens = tokens;
  }

  /**
   * Before a mint for a caller whose `min_ttl` no cached token satisfies.
   *
   * @returns whether it waited, so that another caller may have minted meanwhile
   * @throws VendError `min_ttl_unsatisfiable` if the token that was minted last never lived that
   *   long; `upstream_unavailable` if the server repeats its token for too long
   */
  async mayBeMinted(context: Waiting, key: string, minTtl: number): Promise<boolean> {
    const recent = this.#tokens.findRecent(key);
    if (recent === undefined) return false;
    if (!recent.repeated) {
      // Some of its lifetime is always over at the response, so a lifetime of exactly min_ttl is
      // not enough.
      const isTooShort = recent.expiresAt - recent.issuedAt < (minTtl + 1) * 1000;
      if (minTtl > 0 && isTooShort) throw minTtlUnsatisfiable(recent);
      return false;
    }
    const isRepeatedNow =
      this.#clock.now() < recent.expiresAt &&
      this.#tokens.findRecent(key, AFTER_FAILED_RENEWAL) !== undefined;
    if (isRepeatedNow) await this.#awaitEnd(context, recent.expiresAt);
    return isRepeatedNow;
  }

  /**
   * After a mint whose token cannot be returned: it is too short for `min_ttl`, or was dropped. A
   * token that has ended when it comes may be one that the server repeats, so another one is minted
   * once.
   *
   * @param isFirst whether no other token was minted for this request before
   * @throws VendError `min_ttl_unsatisfiable` with the lifetime that the server grants;
   *   `upstream_unavailable` if the server repeats its token for too long
   */
  async afterMint(
    context: Waiting,
    token: MintedToken,
    minTtl: number,
    isFirst = false,
  ): Promise<void> {
    const hasEnded = this.#tokens.usableFor(token, 0) < 0;
    if (token.repeated || (isFirst && hasEnded)) await this.#awaitEnd(context, token.expiresAt);
    else if (this.#tokens.usableFor(token, minTtl) < 0) throw minTtlUnsatisfiable(token);
  }

  /**
   * After a mint that failed. At the end of a repeated token, the server states a lifetime of 0,
   * and the check refuses that response.
   *
   * @throws `error` if it has another reason; `upstream_unavailable` as above
   */
  async afterError(context: Waiting, key: string, error: VendError): Promise<void> {
    const latest = this.#tokens.findLatest(key);
    const isAtEnd =
      error.code === 'token_unacceptable' &&
      latest !== undefined &&
      Math.abs(latest.expiresAt - this.#clock.now()) < REPEATED_TOKEN_ENDS_WITHIN;
    if (!isAtEnd) throw error;
    await this.#awaitEnd(context, latest.expiresAt);
  }

  async #awaitEnd({ signal, deadline }: Waiting, endsAt: number): Promise<void> {
    const wait = Math.max(endsAt - this.#clock.now(), SHORTEST_REPEAT_WAIT);
    if (wait + LEFT_AFTER_REPEATED_TOKEN > deadline.remaining) throw repeatsItsToken(wait);
    await sleep(this.#clock, wait, signal);
  }
}

function repeatsItsToken(wait: number): VendError {
  const seconds = Math.ceil(wait / 1000);
  return new VendError('upstream_unavailable', {
    says: `The authorization server repeats its token; a new one in ${seconds} s.`,
    advice: `Wait ${seconds} s and try again, or request a smaller min_ttl.`,
    retryAfter: seconds,
  });
}
