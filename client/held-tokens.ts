import type { VendedToken } from '../lib/http/wire.ts';
import { BoundedMap } from '../lib/time/bounded-map.ts';
import type { Clock } from '../lib/time/clock.ts';
import { TokenHolder, type TokenNeed } from '../lib/token/holder.ts';
import type { LivingToken } from '../lib/token/living-token.ts';
import { secondsLeft } from '../lib/token/refresh-window.ts';

const CAPACITY = 1_000;
const NEVER = new AbortController().signal;

/**
 * Port: a token from the endpoint.
 *
 * @param form the parameters of the token request except `min_ttl`
 */
export type RequestToken = (
  form: string,
  minTtl: number,
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
  readonly signal?: AbortSignal | undefined;
}

/** The tokens that this client received, one holder for each token request. */
export class HeldTokens {
  readonly #holders = new BoundedMap<string, TokenHolder<ReceivedToken>>(CAPACITY);
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
  async get(form: string, { signal = NEVER, ...need }: WaitingNeed): Promise<VendedToken> {
    const requestedAt = this.#clock.now();
    const { response, receivedAt, expiresAt } = await this.#holderOf(form).get(signal, need);
    if (receivedAt >= requestedAt) return response;
    return { ...response, expires_in: secondsLeft(expiresAt, this.#clock.now()) };
  }

  /** Drops a token that was revoked. */
  forget(accessToken: string): void {
    this.#holders.deleteWhere((holder) => holder.holds(accessToken));
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
    const response = await this.#requestToken(form, minTtl, signal);
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
}
