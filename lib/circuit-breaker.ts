import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { isPassing } from './retry.ts';
import { VendError } from './vend-error.ts';

const FAILURES_TO_OPEN = 5;
const OPEN_FOR = 30_000;

interface Circuit {
  failures: number;
  /** Milliseconds since the Unix epoch; 0 while closed. */
  openUntil: number;
  probing: boolean;
}

/**
 * Spares a failing token endpoint, and its callers the wait: five passing failures in a row open the circuit for 30 s,
 * then one probe decides whether it closes or stays open for another 30 s.
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
  async run<T>(endpoint: string, request: () => Promise<T>): Promise<T> {
    const circuit = this.#admit(endpoint);
    try {
      const result = await request();
      this.#circuits.delete(endpoint);
      return result;
    } catch (error) {
      this.#count(endpoint, circuit, VendError.from(error));
      throw error;
    }
  }

  #admit(endpoint: string): Circuit {
    const circuit = this.#circuits.get(endpoint) ?? { failures: 0, openUntil: 0, probing: false };
    const left = circuit.openUntil - this.#clock.now();
    if (left > 0 || circuit.probing) {
      throw new VendError('upstream_unavailable', {
        says: 'The authorization server has been failing; it is being given a rest.',
        retryAfter: Math.max(1, Math.ceil(left / 1000)),
      });
    }
    circuit.probing = circuit.failures >= FAILURES_TO_OPEN;
    return circuit;
  }

  #count(endpoint: string, circuit: Circuit, error: VendError): void {
    // Any answer that is not a passing failure shows a server at work.
    if (!isPassing(error)) {
      this.#circuits.delete(endpoint);
      return;
    }
    circuit.probing = false;
    circuit.failures += 1;
    if (circuit.failures >= FAILURES_TO_OPEN) circuit.openUntil = this.#clock.now() + OPEN_FOR;
    this.#circuits.set(endpoint, circuit);
  }
}
