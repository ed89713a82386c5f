/**
 * Runs one piece of work a key at a time; whoever comes while it runs shares its outcome. The work belongs to nobody:
 * a waiter whose signal aborts leaves alone, and the work goes on for the others.
 *
 * @example
 * ```ts
 * const flights = new SingleFlight<Token>();
 * const token = await flights.run(cacheKey, signal, () => mint());
 * ```
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  /** Whether work for `key` is under way. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /**
   * @throws what the work throws, or the `reason` of `signal` where the waiter leaves before
   */
  async run(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    return await leaveOnAbort(this.#flights.get(key) ?? this.#start(key, work), signal);
  }

  #start(key: string, work: () => Promise<T>): Promise<T> {
    const flight = work().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}

/**
 * Waits for `work` until `signal` aborts; the work itself is not touched.
 *
 * @throws what the work throws, or the `reason` of `signal`
 */
export async function leaveOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
