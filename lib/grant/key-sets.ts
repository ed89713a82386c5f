import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { SingleFlight } from '../time/single-flight.ts';
import {
  ATTEMPT_TIMEOUT,
  KEYS_FRESH_FOR,
  KEYS_REREAD_EVERY,
  KEYS_STALE_FOR,
  METADATA_REREAD_EVERY,
} from '../time/time-budget.ts';
import type { PublishedKey } from './published-keys.ts';

/** One reading of a key set. */
export interface KeySetReading {
  readonly keys: readonly PublishedKey[];
  /** Milliseconds since the Unix epoch. */
  readonly readAt: number;
  readonly nextReadAt: number;
}

/**
 * Reads the keys of a key set (RFC 7517 section 5).
 *
 * @throws VendError `upstream_*`
 */
export type ReadKeys = (jwksUri: string, signal: AbortSignal) => Promise<readonly PublishedKey[]>;

// A timer may fire a millisecond early, and a request that waits for the next reading must get one.
const REREAD_EVERY = KEYS_REREAD_EVERY - 100;

/**
 * Key sets by URL: fresh for 10 minutes, and used for 24 h while they cannot be read again. A set
 * that lacks the key of a token is read again, at most every 2 s.
 */
export class KeySets {
  readonly #readKeys: ReadKeys;
  readonly #clock: Clock;
  readonly #readings = new BoundedMap<string, KeySetReading>(100);
  readonly #flights = new SingleFlight<KeySetReading>();

  constructor(readKeys: ReadKeys, clock: Clock) {
    this.#readKeys = readKeys;
    this.#clock = clock;
  }

  /** @throws VendError `upstream_*` if there is no usable reading */
  async get(jwksUri: string, signal: AbortSignal): Promise<KeySetReading> {
    const known = this.#readings.get(jwksUri);
    const now = this.#clock.now();
    if (known !== undefined && now < known.nextReadAt) return known;
    try {
      return await this.#read(jwksUri, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (known === undefined || now - known.readAt >= KEYS_STALE_FOR) throw error;
      const kept = { ...known, nextReadAt: now + METADATA_REREAD_EVERY };
      this.#readings.set(jwksUri, kept);
      return kept;
    }
  }

  /**
   * A later reading than `known`.
   *
   * @returns `undefined` if the keys were read less than 2 s ago
   * @throws VendError `upstream_*`
   */
  async newer(
    jwksUri: string,
    known: KeySetReading,
    signal: AbortSignal,
  ): Promise<KeySetReading | undefined> {
    const present = this.#readings.get(jwksUri) ?? known;
    if (present.readAt > known.readAt) return present;
    const sinceLast = this.#clock.now() - present.readAt;
    if (sinceLast < REREAD_EVERY && !this.#flights.has(jwksUri)) return undefined;
    return await this.#read(jwksUri, signal);
  }

  async #read(jwksUri: string, signal: AbortSignal): Promise<KeySetReading> {
    return await this.#flights.run(jwksUri, signal, async (flight) => {
      using deadline = new Deadline(this.#clock, ATTEMPT_TIMEOUT, upstreamTimeout, flight);
      const keys = await leaveOnAbort(this.#readKeys(jwksUri, deadline.signal), deadline.signal);
      const readAt = this.#clock.now();
      const known = this.#readings.get(jwksUri);
      // A set without keys is no better than the known one.
      const better = keys.length > 0 || known === undefined ? keys : known.keys;
      const reading = { keys: better, readAt, nextReadAt: readAt + KEYS_FRESH_FOR };
      this.#readings.set(jwksUri, reading);
      return reading;
    });
  }
}
