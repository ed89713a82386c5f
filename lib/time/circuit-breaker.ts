import { VendError } from '../errors/vend-error.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import { ATTEMPT_TIMEOUT, FIRST_REST, LONGEST_REST } from './time-budget.ts';

const ERRORS_TO_OPEN = 5;
// After an outage of ten seconds, requests work again within a second.
const PROBES_BEFORE_DOUBLING = 10;

interface Circuit {
  /** Retryable errors in a row. */
  errors: number;
  /** Probes since the circuit opened. */
  probes: number;
  /** Milliseconds since the Unix epoch. */
  nextProbeAt: number;
}

/** The time of a request: how long its caller waits, and the signal that ends it. */
export type RequestTime = Pick<Deadline, 'remaining' | 'signal'>;

/**
 * Stops requests to a failing token endpoint, so that callers do not wait for it. Five retryable
 * errors in a row open the circuit. Then one request in each rest probes the endpoint, and the
 * first response closes the circuit. The rest is 1 s for the first ten probes, then doubles with
 * each up to 30 s.
 *
 * A probe never waits for the previous one, because a probe that hangs until its timeout must not
 * block requests that the server could serve now. A request with less than the time of a full
 * attempt is not a probe. A request that its caller aborts does not count as a probe.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #circuits = new BoundedMap<string, Circuit>(1_000);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @throws VendError `upstream_unavailable` with `retryAfter` while the circuit is open, else what `request` throws
   */
  async run<T>(endpoint: string, time: RequestTime, request: () => Promise<T>): Promise<T> {
    const takeBack = this.#admit(endpoint, time);
    try {
      const result = await request();
      this.#circuits.delete(endpoint);
      return result;
    } catch (error) {
      if (time.signal.aborted) takeBack();
      else this.#count(endpoint, VendError.from(error));
      throw error;
    }
  }

  /** @returns what to do if the request says nothing about the server */
  #admit(endpoint: string, { remaining }: RequestTime): () => void {
    const circuit = this.#circuits.get(endpoint);
    if (circuit === undefined || circuit.errors < ERRORS_TO_OPEN) return () => undefined;
    const left = Math.max(0, circuit.nextProbeAt - this.#clock.now());
    if (left > 0 || remaining < ATTEMPT_TIMEOUT) {
      throw new VendError('upstream_unavailable', {
        says: 'The authorization server is failing, so the circuit breaker is open.',
        retryAfter: Math.max(1, Math.ceil(left / 1000)),
        final: remaining - left < ATTEMPT_TIMEOUT,
      });
    }
    circuit.probes += 1;
    circuit.nextProbeAt = this.#clock.now() + restAfter(circuit.probes);
    return () => {
      circuit.probes -= 1;
      circuit.nextProbeAt = this.#clock.now();
    };
  }

  #count(endpoint: string, error: VendError): void {
    // Any response that is not a retryable error shows that the server works.
    if (!error.retryable) {
      this.#circuits.delete(endpoint);
      return;
    }
    const circuit = this.#circuits.get(endpoint) ?? { errors: 0, probes: 0, nextProbeAt: 0 };
    circuit.errors += 1;
    if (circuit.errors === ERRORS_TO_OPEN) circuit.nextProbeAt = this.#clock.now() + FIRST_REST;
    this.#circuits.set(endpoint, circuit);
  }
}

function restAfter(probes: number): number {
  return Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.max(0, probes - PROBES_BEFORE_DOUBLING));
}
