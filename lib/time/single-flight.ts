import { leaveOnAbort } from './leave-on-abort.ts';

interface Flight<T> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

/**
 * Runs one piece of work for each key at a time. Callers that arrive while it runs share its
 * outcome. A waiter whose signal aborts stops waiting, and the work goes on for the others. When
 * the last waiter has left, the work is aborted and removed. Else Lambda would freeze it, and the
 * next request would join work that timed out long ago.
 *
 * @example
 * ```ts
 * const flights = new SingleFlight<Token>();
 * const token = await flights.run(cacheKey, signal, (flight) => mint(flight));
 * ```
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** Whether work for `key` is under way. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /**
   * @param work takes the signal of the flight, which aborts when nobody waits for it any more
   * @throws what the work throws, or the `reason` of `signal` if the waiter leaves before
   */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    flight.waiters += 1;
    try {
      return await leaveOnAbort(flight.outcome, signal);
    } finally {
      flight.waiters -= 1;
      if (flight.waiters === 0) {
        this.#forget(key, flight);
        flight.controller.abort(signal.reason);
      }
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const outcome = work(controller.signal).finally(() => this.#forget(key, flight));
    // Waiters get the error. An error after the last waiter has left is ignored.
    outcome.catch(() => undefined);
    const flight: Flight<T> = { outcome, controller, waiters: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
