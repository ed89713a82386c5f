import type { CredentialDocument } from '../credential/document.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { CircuitBreaker } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { SingleFlight } from '../time/single-flight.ts';
import {
  METADATA_FRESH_FOR,
  METADATA_REREAD_EVERY,
  METADATA_STALE_FOR,
  METADATA_TIMEOUT_WITH_FALLBACK,
} from '../time/time-budget.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { Retrying } from './retrying.ts';
import {
  checkMetadata,
  fallbackMetadata,
  type ServerMetadata,
  wellKnownUrls,
} from './server-metadata.ts';

interface Discovered {
  /**
   * As received. It is checked for each document, because the documents of one issuer may differ.
   * `undefined` if the server has none or could not be reached.
   */
  readonly json: unknown;
  /** Milliseconds since the Unix epoch. */
  readonly readAt: number;
  readonly nextReadAt: number;
}

export interface DiscoveryPorts {
  readonly server: AuthorizationServer;
  readonly clock: Clock;
  readonly urls: UrlPolicy;
  readonly breaker: Pick<CircuitBreaker, 'run'>;
  readonly retrying: Retrying;
  /** Milliseconds for reading metadata, with all attempts. */
  readonly metadataTimeout: number;
}

/**
 * Server metadata by issuer: fresh for 1 h, stale for 24 h while the server cannot be reached, then
 * the fallback of the document.
 */
export class Discovery {
  readonly #ports: DiscoveryPorts;
  readonly #discovered = new BoundedMap<string, Discovered>(1_000);
  readonly #flights = new SingleFlight<Discovered>();

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports;
  }

  /**
   * @throws VendError `upstream_invalid` if the metadata is invalid, or if there is none and the
   *   document names no endpoint; `upstream_unavailable`, `upstream_timeout`,
   *   `upstream_rate_limited` if it cannot be read
   */
  async discover(document: CredentialDocument, signal: AbortSignal): Promise<ServerMetadata> {
    const { json } = await this.#discover(document, signal);
    if (json !== undefined) return checkMetadata(json, document, this.#ports.urls);
    const fallback = fallbackMetadata(document);
    if (fallback !== undefined) return fallback;
    throw new VendError('upstream_invalid', {
      says: 'The authorization server has no metadata, and the credential document has no token_endpoint.',
    });
  }

  async #discover(document: CredentialDocument, signal: AbortSignal): Promise<Discovered> {
    // The key contains whether there is a fallback: without metadata, a document with a fallback
    // succeeds and one without fails.
    const key = JSON.stringify([document.issuer, document.tokenEndpoint !== undefined]);
    const known = this.#discovered.get(key);
    if (known !== undefined && this.#ports.clock.now() < known.nextReadAt) return known;
    return await this.#flights.run(key, signal, async (flight) => {
      const discovered = await this.#read(document, known, flight);
      this.#discovered.set(key, discovered);
      return discovered;
    });
  }

  async #read(
    document: CredentialDocument,
    known: Discovered | undefined,
    flight: AbortSignal,
  ): Promise<Discovered> {
    const { clock, metadataTimeout } = this.#ports;
    const substitute = this.#substituteFor(document, known);
    const timeout = substitute === undefined ? metadataTimeout : METADATA_TIMEOUT_WITH_FALLBACK;
    using deadline = new Deadline(clock, timeout, upstreamTimeout, flight);
    try {
      const json = await (substitute === undefined
        ? this.#readPatiently(document, deadline)
        : this.#readWellKnown(document.issuer, deadline.signal));
      const readAt = this.#ports.clock.now();
      return {
        json,
        readAt,
        nextReadAt: readAt + (json === undefined ? METADATA_REREAD_EVERY : METADATA_FRESH_FOR),
      };
    } catch (error) {
      // If all waiters have left, the error says nothing about the server.
      flight.throwIfAborted();
      if (substitute === undefined || !VendError.from(error).retryable) throw error;
      return { ...substitute, nextReadAt: this.#ports.clock.now() + METADATA_REREAD_EVERY };
    }
  }

  async #readPatiently({ issuer }: CredentialDocument, deadline: Deadline): Promise<unknown> {
    const { breaker, retrying } = this.#ports;
    // The issuer of one document may be the token endpoint of another: each has its own circuit.
    const circuit = `metadata of ${issuer}`;
    return await retrying(deadline, (signal) =>
      breaker.run(circuit, deadline, () => this.#readWellKnown(issuer, signal)),
    );
  }

  #substituteFor(
    document: CredentialDocument,
    known: Discovered | undefined,
  ): Discovered | undefined {
    const now = this.#ports.clock.now();
    if (known?.json !== undefined && now - known.readAt < METADATA_STALE_FOR) return known;
    return fallbackMetadata(document) && { json: undefined, readAt: now, nextReadAt: now };
  }

  async #readWellKnown(issuer: string, signal: AbortSignal): Promise<unknown> {
    for (const url of wellKnownUrls(issuer)) {
      const json = await this.#ports.server.readMetadata(url, signal);
      if (json !== undefined) return json;
    }
    return undefined;
  }
}
