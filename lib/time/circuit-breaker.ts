import type { ErrorCode } from '../errors/error-table.ts';
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
  /** The error while the circuit is open. */
  openError: OpenCircuit;
}

// The secret or the assertion of the client could not be made, so the server received nothing.
const BEFORE_REQUEST: ReadonlySet<ErrorCode> = new Set([
  'credential_invalid',
  'secrets_unavailable',
]);

/** The error while a circuit is open. */
interface OpenCircuit {
  readonly code: ErrorCode;
  readonly says: string;
  readonly mayBeRefusal?: true;
}

const FAILING: OpenCircuit = {
  code: 'upstream_unavailable',
  says: 'The authorization server is failing, so the circuit breaker is open.',
};

const LIMITED: OpenCircuit = {
  code: 'upstream_rate_limited',
  says: 'The authorization server limits the rate of this client, so the circuit breaker is open.',
};

const CLOSING: OpenCircuit = {
  code: 'upstream_unavailable',
  says: 'The authorization server ends the connections of this client, so the circuit breaker is open.',
  // The server may accept another version of the secret.
  mayBeRefusal: true,
};

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
 * attempt is not a probe. A request that its caller aborts, or that was not sent because the client
 * has no assertion, does not count.
 *
 * A server that limits the rate of one client (429), or may refuse its certificate, still serves the
 * others. So each client has its own circuit for these errors, and one team does not stop another.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #circuits = new BoundedMap<string, Circuit>(1_000);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param client whose requests the server may limit or refuse while it serves others; default: the
   *   endpoint does not know its clients
   * @throws VendError `upstream_unavailable` with `retryAfter` while the circuit of the endpoint is open, `upstream_rate_limited`
   *   while that of the client is, else what `request` throws
   */
  async run<T>(
    endpoint: string,
    time: RequestTime,
    request: () => Promise<T>,
    client?: string,
  ): Promise<T> {
    // No URL contains a space.
    const limits = client === undefined ? endpoint : `${endpoint} ${client}`;
    const takeBackLimits = limits === endpoint ? () => undefined : this.#admit(limits, time);
    let takeBack: () => void;
    try {
      takeBack = this.#admit(endpoint, time);
    } catch (error) {
      takeBackLimits();
      throw error;
    }
    try {
      const result = await request();
      this.#close(endpoint, limits);
      return result;
    } catch (thrown) {
      const error = VendError.from(thrown);
      if (time.signal.aborted || BEFORE_REQUEST.has(error.code)) {
        takeBack();
        takeBackLimits();
      } else if (!this.#settleForClient(error, endpoint, limits)) {
        takeBackLimits();
        this.#count(endpoint, FAILING);
      }
      throw thrown;
    }
  }

  /** @returns whether the error says that the endpoint works, or nothing about it */
  #settleForClient(error: VendError, endpoint: string, limits: string): boolean {
    if (!error.retryable) {
      // Any response that is not a retryable error shows that the server works.
      this.#close(endpoint, limits);
      return true;
    }
    if (limits === endpoint) return false;
    const isLimited = error.code === 'upstream_rate_limited';
    if (isLimited) this.#close(endpoint);
    else if (!error.mayBeRefusal) return false;
    this.#count(limits, isLimited ? LIMITED : CLOSING);
    return true;
  }

  /** @returns what to do if the request says nothing about the circuit */
  #admit(circuitKey: string, { remaining }: RequestTime): () => void {
    const circuit = this.#circuits.get(circuitKey);
    if (circuit === undefined || circuit.errors < ERRORS_TO_OPEN) return () => undefined;
    const left = Math.max(0, circuit.nextProbeAt - this.#clock.now());
    if (left > 0 || remaining < ATTEMPT_TIMEOUT) {
      const { code, ...open } = circuit.openError;
      throw new VendError(code, {
        ...open,
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

  #close(...keys: readonly string[]): void {
    for (const key of keys) this.#circuits.delete(key);
  }

  #count(circuitKey: string, openError: OpenCircuit): void {
    const none = { errors: 0, probes: 0, nextProbeAt: 0, openError };
    const circuit = this.#circuits.get(circuitKey) ?? none;
    circuit.errors += 1;
    circuit.openError = openError;
    if (circuit.errors === ERRORS_TO_OPEN) circuit.nextProbeAt = this.#clock.now() + FIRST_REST;
    this.#circuits.set(circuitKey, circuit);
  }
}

function restAfter(probes: number): number {
  return Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.max(0, probes - PROBES_BEFORE_DOUBLING));
}
