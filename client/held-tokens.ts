import type { VendedToken } from '../lib/http/wire.ts';

const CAPACITY = 1_000;

interface Held {
  readonly token: VendedToken;
  /** When it ends by the clock of this machine (ms), which may be minutes from the endpoint's. */
  readonly end: number;
}

interface Flight {
  readonly answer: Promise<VendedToken>;
  readonly abandoned: AbortController;
  waiters: number;
}

/** Tokens that this client was given, for as long as they are of use; one request at a time for each. */
export class HeldTokens {
  readonly #tokens = new Map<string, Held>();
  readonly #flights = new Map<string, Flight>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A token that lives at least `minTtl` seconds and need not be renewed yet: that begins with the last tenth of its life. */
  find(key: string, minTtl: number): VendedToken | undefined {
    const token = this.findValid(key, minTtl);
    if (token === undefined) return undefined;
    const window = Math.min((token.expires_at - token.issued_at) / 10, 300);
    return token.expires_in > window ? token : undefined;
  }

  /** A token that lives at least `minTtl` seconds, however near its end. */
  findValid(key: string, minTtl: number): VendedToken | undefined {
    const held = this.#tokens.get(key);
    if (held === undefined) return undefined;
    const left = Math.floor((held.end - this.#now()) / 1000);
    return left > 0 && left >= minTtl ? { ...held.token, expires_in: left } : undefined;
  }

  /**
   * Runs `request` unless one for `key` and `minTtl` is under way. Whose signal aborts leaves alone; the last to leave aborts
   * the request, which would else keep the process alive.
   */
  async share(
    key: string,
    minTtl: number,
    signal: AbortSignal | undefined,
    request: (signal: AbortSignal) => Promise<VendedToken>,
  ): Promise<VendedToken> {
    signal?.throwIfAborted();
    const name = `${key} ${minTtl}`;
    const flight = this.#flights.get(name) ?? this.#start(key, name, request);
    flight.waiters += 1;
    try {
      return await orAbort(flight.answer, signal);
    } finally {
      flight.waiters -= 1;
      if (flight.waiters === 0) {
        this.#end(name, flight);
        flight.abandoned.abort();
      }
    }
  }

  forget(token: string): void {
    for (const [key, held] of this.#tokens)
      if (held.token.access_token === token) this.#tokens.delete(key);
  }

  #start(
    key: string,
    name: string,
    request: (signal: AbortSignal) => Promise<VendedToken>,
  ): Flight {
    const abandoned = new AbortController();
    const answer = request(abandoned.signal).then((token) => {
      this.#keep(key, token);
      return token;
    });
    const flight = { answer, abandoned, waiters: 0 };
    this.#flights.set(name, flight);
    return flight;
  }

  #keep(key: string, token: VendedToken): void {
    this.#tokens.delete(key);
    this.#tokens.set(key, { token, end: this.#now() + token.expires_in * 1000 });
    if (this.#tokens.size > CAPACITY)
      this.#tokens.delete(this.#tokens.keys().next().value as string);
  }

  #end(name: string, flight: Flight): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }
}

async function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
