import type { CredentialDocument } from '../credential/document.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { CircuitBreaker } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { SingleFlight } from '../time/single-flight.ts';
import {
  METADATA_FRESH_FOR,
  METADATA_REREAD_EVERY,
  METADATA_STALE_FOR,
  METADATA_TIMEOUT_WITH_FALLBACK,
} from '../time/time-budget.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { readWellKnown, type WellKnown } from './read-well-known.ts';
import type { Retrying } from './retrying.ts';
import {
  checkMetadata,
  fallbackMetadata,
  IssuerMismatch,
  type ServerMetadata,
  type WantedEndpoint,
} from './server-metadata.ts';

interface Discovered {
  /**
   * Checked when it was read. It is checked again for each document, because the documents of one
   * issuer may differ. `undefined` if the fallback of the document is used.
   */
  readonly found: WellKnown | undefined;
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
 * Server metadata by issuer: fresh for 1 h. The last good metadata serves for 24 h, whatever the
 * server responds meanwhile. After that, or if there was none, the fallback of the document serves.
 */
export class Discovery {
  readonly #ports: DiscoveryPorts;
  readonly #discovered = new BoundedMap<string, Discovered>(1_000);
  readonly #flights = new SingleFlight<Discovered>();

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports;
  }

  /**
   * @param wanted members for which the second document is read too, if the first lacks one
   * @throws VendError `upstream_invalid` if the metadata is invalid, or if there is none and the
   *   document names no endpoint; `upstream_unavailable`, `upstream_timeout`,
   *   `upstream_rate_limited` if it cannot be read
   */
  async discover(
    document: CredentialDocument,
    signal: AbortSignal,
    wanted: readonly WantedEndpoint[] = [],
  ): Promise<ServerMetadata> {
    const key = keyOf(document);
    const known = this.#discovered.get(key);
    const isFresh = known !== undefined && this.#ports.clock.now() < known.nextReadAt;
    const discovered = isFresh ? known : await this.#read(key, document, signal, known);
    const metadata = this.#check(discovered, document);
    const isComplete = wanted.every((name) => metadata[name] !== undefined);
    if (isComplete || discovered.found === undefined || discovered.found.rest.length === 0)
      return metadata;
    return this.#check(await this.#readRest(key, document, signal, discovered), document);
  }

  #check({ found }: Discovered, document: CredentialDocument): ServerMetadata {
    if (found === undefined) return fallbackMetadata(document) as ServerMetadata;
    const metadata = checkMetadata(found.json, document, this.#ports.urls);
    return { ...metadata, foundAt: found.urls.map(({ href }) => href) };
  }

  async #read(
    key: string,
    document: CredentialDocument,
    signal: AbortSignal,
    known: Discovered | undefined,
  ): Promise<Discovered> {
    return await this.#flights.run(key, signal, async (flight) => {
      const substitute = this.#substituteFor(document, known);
      const timeout =
        substitute === undefined ? this.#ports.metadataTimeout : METADATA_TIMEOUT_WITH_FALLBACK;
      using deadline = new Deadline(this.#ports.clock, timeout, upstreamTimeout, flight);
      try {
        const found = await (substitute === undefined
          ? this.#readPatiently(document, deadline)
          : this.#readOnce(document, deadline.signal));
        return this.#keep(key, found);
      } catch (error) {
        // If all waiters have left, the error says nothing about the server.
        flight.throwIfAborted();
        const isFallback = substitute?.found === undefined;
        if (substitute === undefined || (isFallback && error instanceof IssuerMismatch))
          throw error;
        const nextReadAt = this.#ports.clock.now() + METADATA_REREAD_EVERY;
        const kept = { ...substitute, nextReadAt };
        this.#discovered.set(key, kept);
        return kept;
      }
    });
  }

  /** Some servers name an endpoint in one of their two documents only. */
  async #readRest(
    key: string,
    document: CredentialDocument,
    signal: AbortSignal,
    discovered: Discovered,
  ): Promise<Discovered> {
    const found = discovered.found as WellKnown;
    return await this.#flights.run(`rest of ${key}`, signal, async (flight) => {
      const { clock } = this.#ports;
      using deadline = new Deadline(clock, METADATA_TIMEOUT_WITH_FALLBACK, upstreamTimeout, flight);
      const rest = await this.#readOnce(document, deadline.signal, found.rest).catch(
        () => undefined,
      );
      flight.throwIfAborted();
      const json = { ...rest?.json, ...found.json };
      const urls = [...found.urls, ...(rest?.urls ?? [])];
      const completed = { ...discovered, found: { json, urls, rest: [] } };
      this.#discovered.set(key, completed);
      return completed;
    });
  }

  async #readPatiently(document: CredentialDocument, deadline: Deadline): Promise<WellKnown> {
    const { breaker, retrying } = this.#ports;
    // The issuer of one document may be the token endpoint of another: each has its own circuit.
    const circuit = `metadata of ${document.issuer}`;
    return await retrying(deadline, (signal) =>
      breaker.run(circuit, deadline, () => this.#readOnce(document, signal)),
    );
  }

  async #readOnce(
    document: CredentialDocument,
    signal: AbortSignal,
    urls?: readonly URL[],
  ): Promise<WellKnown> {
    const { server, urls: policy } = this.#ports;
    const check = (json: unknown) => void checkMetadata(json, document, policy);
    return await leaveOnAbort(readWellKnown(server, document, check, signal, urls), signal);
  }

  #keep(key: string, found: WellKnown): Discovered {
    const readAt = this.#ports.clock.now();
    const discovered = { found, readAt, nextReadAt: readAt + METADATA_FRESH_FOR };
    this.#discovered.set(key, discovered);
    return discovered;
  }

  #substituteFor(
    document: CredentialDocument,
    known: Discovered | undefined,
  ): Discovered | undefined {
    const now = this.#ports.clock.now();
    if (known?.found !== undefined && now - known.readAt < METADATA_STALE_FOR) return known;
    return fallbackMetadata(document) && { found: undefined, readAt: now, nextReadAt: now };
  }
}

// The key contains whether there is a fallback: without metadata, a document with a fallback
// succeeds and one without fails.
function keyOf({ issuer, tokenEndpoint }: CredentialDocument): string {
  return JSON.stringify([issuer, tokenEndpoint !== undefined]);
}
