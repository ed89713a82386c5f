import type { TokenAnswer } from '../lib/wire.ts';

const CAPACITY = 1_000;

/** Tokens that this client was given, for as long as they are of use; one request at a time for each. */
export class HeldTokens {
  readonly #tokens = new Map<string, TokenAnswer>();
  readonly #flights = new Map<string, Promise<TokenAnswer>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A token that lives at least `minTtl` seconds and need not be renewed yet: that begins with the last tenth of its life. */
  find(key: string, minTtl: number): TokenAnswer | undefined {
    const token = this.findValid(key, minTtl);
    if (token === undefined) return undefined;
    const window = Math.min((token.expires_at - token.issued_at) / 10, 300);
    return token.expires_in > window ? token : undefined;
  }

  /** A token that lives at least `minTtl` seconds, however near its end. */
  findValid(key: string, minTtl: number): TokenAnswer | undefined {
    const token = this.#tokens.get(key);
    const left = token === undefined ? 0 : Math.floor(token.expires_at - this.#now() / 1000);
    return token !== undefined && left > 0 && left >= minTtl
      ? { ...token, expires_in: left }
      : undefined;
  }

  /** Runs `request` unless one for `key` and `minTtl` is under way; whose signal aborts leaves alone. */
  async share(
    key: string,
    minTtl: number,
    signal: AbortSignal | undefined,
    request: () => Promise<TokenAnswer>,
  ): Promise<TokenAnswer> {
    const flight = this.#flights.get(`${key} ${minTtl}`) ?? this.#start(key, minTtl, request);
    if (signal === undefined) return await flight;
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight, aborted]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  forget(token: string): void {
    for (const [key, held] of this.#tokens)
      if (held.access_token === token) this.#tokens.delete(key);
  }

  #start(key: string, minTtl: number, request: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
    const flight = request()
      .then((token) => {
        this.#tokens.delete(key);
        this.#tokens.set(key, token);
        if (this.#tokens.size > CAPACITY)
          this.#tokens.delete(this.#tokens.keys().next().value as string);
        return token;
      })
      .finally(() => this.#flights.delete(`${key} ${minTtl}`));
    this.#flights.set(`${key} ${minTtl}`, flight);
    return flight;
  }
}
