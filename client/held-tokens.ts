import { hash } from 'node:crypto';
import type { VendedToken } from '../lib/http/wire.ts';
import { BoundedMap } from '../lib/time/bounded-map.ts';
import type { Clock } from '../lib/time/clock.ts';
import { TokenHolder, type TokenNeed } from '../lib/token/holder.ts';
import type { LivingToken } from '../lib/token/living-token.ts';
import { secondsLeft } from '../lib/token/refresh-window.ts';

const CAPACITY = 1_000;
const NEVER = new AbortController().signal;

/** What a token request states besides its form. */
export interface TokenTerms {
  /** Seconds; 0 if any token that has not expired will do. */
  readonly minTtl: number;
  /** SHA-256 (hex) of a token that an API rejected. */
  readonly rejectedSha256: string | undefined;
}

/**
 * Port: a token from the endpoint.
 *
 * @param form the parameters of the token request except those of `terms`
 */
export type RequestToken = (
  form: string,
  terms: TokenTerms,
  signal: AbortSignal,
) => Promise<VendedToken>;

interface ReceivedToken extends LivingToken {
  readonly response: VendedToken;
  /**
   * Milliseconds since the Unix epoch, by the clock of this machine, which may differ by minutes
   * from that of the endpoint.
   */
  readonly receivedAt: number;
}

interface WaitingNeed extends TokenNeed {
  /** SHA-256 (hex) of a token that an API rejected, which is not returned again. */
  readonly rejectedSha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The tokens that this client received, one holder for each token request. */
export class HeldTokens {
  readonly #holders = new BoundedMap<string, TokenHolder<ReceivedToken>>(CAPACITY);
  /** By token request: the rejected token that no other one has replaced yet. */
  readonly #rejected = new BoundedMap<string, string>(CAPACITY);
  readonly #requestToken: RequestToken;
  readonly #clock: Pick<Clock, 'now' | 'random'>;

  constructor(requestToken: RequestToken, clock: Pick<Clock, 'now' | 'random'>) {
    this.#requestToken = requestToken;
    this.#clock = clock;
  }

  /**
   * The token of a token request: the held token until it is due for renewal, else one from the
   * endpoint.
   *
   * @param form as {@link RequestToken} takes it
   * @throws the error of the request, or the `reason` of the signal
   */
  async get(
    form: string,
    { signal = NEVER, rejectedSha256, ...need }: WaitingNeed,
  ): Promise<VendedToken> {
    if (rejectedSha256 !== undefined) this.#reject(form, rejectedSha256);
    const requestedAt = this.#clock.now();
    const { response, receivedAt, expiresAt } = await this.#holderOf(form).get(signal, need);
    if (receivedAt >= requestedAt) return response;
    return { ...response, expires_in: secondsLeft(expiresAt, this.#clock.now()) };
  }

  /** Drops a token that was revoked. */
  forget(accessToken: string): void {
    this.#holders.deleteWhere((holder) => holder.holds(accessToken));
  }

  #reject(form: string, sha256: string): void {
    this.#rejected.set(form, sha256);
    this.#holders.deleteWhere((holder) => holder.holdsSha256(sha256));
  }

  #holderOf(form: string): TokenHolder<ReceivedToken> {
    const holder =
      this.#holders.get(form) ??
      new TokenHolder<ReceivedToken>({
        fetchToken: (_rejected, minTtl, signal) => this.#receive(form, minTtl, signal),
        clock: this.#clock,
        renewal: 'awaited',
        holdsErrors: false,
      });
    // Written at each use, so that new holders do not evict one in use.
    this.#holders.set(form, holder);
    return holder;
  }

  async #receive(form: string, minTtl: number, signal: AbortSignal): Promise<ReceivedToken> {
    const response = await this.#requestUnrejected(form, minTtl, signal);
    const { access_token: accessToken, expires_in, expires_at, issued_at } = response;
    const receivedAt = this.#clock.now();
    const expiresAt = receivedAt + expires_in * 1000;
    return {
      accessToken,
      expiresAt,
      lifetime: (expires_at - issued_at) * 1000,
      receivedAt,
      response,
    };
  }
  async #requestUnrejected(form: string, minTtl: number, signal: AbortSignal) {
    const named = this.#rejected.get(form);
    const response = await this.#requestToken(form, { minTtl, rejectedSha256: named }, signal);
    // An API may reject the old token during a renewal, which may then return the same token.
    const rejectedSha256 = this.#rejected.get(form);
    if (sha256Of(response) !== rejectedSha256) {
      this.#rejected.delete(form);
      return response;
    }
    return named === rejectedSha256
      ? response
      : await this.#requestToken(form, { minTtl, rejectedSha256 }, signal);
  }
}

function sha256Of({ access_token }: VendedToken): string {
  return hash('sha256', access_token, 'hex');
}
