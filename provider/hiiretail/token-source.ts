import { CodedError } from '../../lib/errors/coded-error.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { SingleFlight } from '../../lib/time/single-flight.ts';
import { ERROR_HELD_FOR } from '../../lib/time/time-budget.ts';
import { HiiRetailError } from './hiiretail-error.ts';

/** An access token as its issuer gave it. Holds a token: never log it. */
export interface FreshToken {
  readonly accessToken: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Milliseconds from its issue to its expiry. A shared token has lived a part of them when it is fetched. */
  readonly lifetime: number;
}

export interface BearerToken extends FreshToken {
  /** Counts the tokens of this source: what rejects one must not throw its successor away. */
  readonly generation: number;
}

/**
 * Port: one token from wherever tokens come from, past every cache on this side.
 *
 * @param rejected a token that the API rejected, which must not come again
 * @throws VendError, TokenVendingError
 */
export type FetchToken = (rejected: string | undefined) => Promise<FreshToken>;

interface HeldToken extends BearerToken {
  refreshAt: number;
}

const LONGEST_WINDOW = 60_000;
const KEY = 'token';
const NEVER = new AbortController().signal;

/**
 * The token of one provider configuration, asked for with every request to the API: kept while it lives, renewed behind the scenes in
 * the last tenth of its life (at most a minute), fetched once for all who wait, and thrown away when the API rejects it.
 */
export class TokenSource {
  readonly #fetchToken: FetchToken;
  readonly #clock: Clock;
  readonly #flights = new SingleFlight<HeldToken>();
  #held: HeldToken | undefined;
  #generation = 0;
  #rejected: string | undefined;
  /** Generation of the token that the API rejected last. */
  #rejectedGeneration: number | undefined;
  /** Generation of the newest token that it took. */
  #accepted = 0;
  #refusal: { readonly error: unknown; readonly until: number } | undefined;

  constructor(fetchToken: FetchToken, clock: Clock) {
    this.#fetchToken = fetchToken;
    this.#clock = clock;
  }

  /**
   * A token that lives. Who waits for one leaves with its own signal; the others go on waiting.
   *
   * @throws the failure of the fetch, HiiRetailError `token_rejected`; what trying again does not mend is held for 30 s and thrown
   *   from memory, so that a wrong secret is never hammered, nor tokens are fetched that the API rejects; the `reason` of `signal`
   */
  async get(signal: AbortSignal): Promise<BearerToken> {
    signal.throwIfAborted();
    const held = this.#held;
    if (held !== undefined && this.#clock.now() < held.expiresAt) {
      if (this.#clock.now() >= held.refreshAt) this.#renewBehind(held);
      return held;
    }
    const refusal = this.#heldRefusal();
    if (refusal !== undefined) throw refusal.error;
    return await this.#flights.run(KEY, signal, () => this.#fetch());
  }

  /** The API took this token, so whatever it rejects later is one token and not all of them. */
  accept(token: BearerToken): void {
    this.#accepted = Math.max(this.#accepted, token.generation);
  }

  /**
   * The API rejected this token: the next `get` answers another. A token that has been replaced already is left alone. Where the one
   * before was rejected too and this one was never taken, another would fare no better: for 30 s the next `get` fails instead.
   */
  invalidate(token: BearerToken): void {
    if (this.#held?.generation !== token.generation) return;
    const { generation } = token;
    if (this.#rejectedGeneration === generation - 1 && this.#accepted < generation) {
      this.#refuse(rejected('The token that came in its place was rejected as well.'));
    }
    this.#rejectedGeneration = generation;
    this.#rejected = token.accessToken;
    this.#held = undefined;
  }

  #heldRefusal(): { readonly error: unknown } | undefined {
    const refusal = this.#refusal;
    return refusal !== undefined && this.#clock.now() < refusal.until ? refusal : undefined;
  }

  #refuse(error: unknown): void {
    this.#refusal = { error, until: this.#clock.now() + ERROR_HELD_FOR };
  }

  #renewBehind(held: HeldToken): void {
    if (this.#flights.has(KEY) || this.#heldRefusal() !== undefined) return;
    // Renewing early is a courtesy: where it fails, the token in hand serves on, and half of what is left later it is tried again.
    held.refreshAt = halfwayTo(held, this.#clock);
    void this.#flights.run(KEY, NEVER, () => this.#fetch()).catch(() => undefined);
  }

  async #fetch(): Promise<HeldToken> {
    try {
      const token = await this.#fetchUnrejected();
      this.#rejected = undefined;
      this.#refusal = undefined;
      this.#held = this.#hold(token);
      return this.#held;
    } catch (error) {
      if (!(error instanceof CodedError && error.retryable)) this.#refuse(error);
      throw error;
    }
  }

  #hold(token: FreshToken): HeldToken {
    // A vending endpoint may answer the token in hand again. It stays the one it was, or its rejection would be taken for a late one.
    if (token.accessToken === this.#held?.accessToken) {
      const refreshAt = halfwayTo(token, this.#clock);
      return { ...token, generation: this.#generation, refreshAt };
    }
    this.#generation += 1;
    const window = Math.min(token.lifetime / 10, LONGEST_WINDOW);
    return { ...token, generation: this.#generation, refreshAt: token.expiresAt - window };
  }

  async #fetchUnrejected(): Promise<FreshToken> {
    const before = this.#rejected;
    const token = await this.#fetchToken(before);
    // The API may reject the old token while a renewal is under way, which then need not bring another one.
    const again = this.#rejected;
    if (token.accessToken !== again) return token;
    const other = again === before ? token : await this.#fetchToken(again);
    if (other.accessToken === again) throw rejected('The same token came again.');
    return other;
  }
}

function rejected(why: string): HiiRetailError {
  return new HiiRetailError('token_rejected', { messages: [why] });
}

function halfwayTo({ expiresAt }: FreshToken, clock: Clock): number {
  return (clock.now() + expiresAt) / 2;
}
