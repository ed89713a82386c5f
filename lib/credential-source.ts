import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { type CredentialDocument, parseCredentialDocument } from './credential-document.ts';
import { type CredentialId, formatCredentialId } from './credential-id.ts';
import type { CredentialStore } from './credential-store.ts';
import { Deadline } from './deadline.ts';
import type { UrlPolicy } from './endpoint-url.ts';
import { SingleFlight } from './single-flight.ts';
import { VendError } from './vend-error.ts';

/** A credential as it was read: the document and which version of the secret it came from. */
export interface Credential {
  readonly id: CredentialId;
  readonly document: CredentialDocument;
  readonly versionId: string;
}

interface Reading {
  readonly credential: Credential;
  readonly readAt: number;
}

const FRESH_FOR = 60_000;
const REREAD_EVERY = 30_000;
const READ_TIMEOUT = 5_000;

/** Credential documents, read through a cache of 60 s: the longest that a kill switch or a rotation goes unnoticed. */
export class CredentialSource {
  readonly #store: CredentialStore;
  readonly #clock: Clock;
  readonly #urls: UrlPolicy;
  readonly #readings = new BoundedMap<string, Reading>(1_000);
  readonly #rereadAt = new BoundedMap<string, number>(1_000);
  readonly #flights = new SingleFlight<Credential>();

  constructor(store: CredentialStore, clock: Clock, urls: UrlPolicy) {
    this.#store = store;
    this.#clock = clock;
    this.#urls = urls;
  }

  /**
   * @throws VendError `credential_unknown`, `credential_invalid`, `secrets_unavailable`
   */
  async get(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const reading = this.#readings.get(formatCredentialId(id));
    const fresh = reading !== undefined && this.#clock.now() - reading.readAt < FRESH_FOR;
    return fresh ? reading.credential : await this.#read(id, signal);
  }

  /**
   * Reads past the cache, but not more than every 30 s: what to do when the authorization server refused the secret.
   *
   * @throws VendError as {@link get}
   */
  async reread(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const name = formatCredentialId(id);
    const sinceLast = this.#clock.now() - (this.#rereadAt.get(name) ?? Number.NEGATIVE_INFINITY);
    if (sinceLast < REREAD_EVERY) return await this.get(id, signal);
    this.#rereadAt.set(name, this.#clock.now());
    return await this.#read(id, signal);
  }

  async #read(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const name = formatCredentialId(id);
    return await this.#flights.run(name, signal, async () => {
      using deadline = new Deadline(this.#clock, READ_TIMEOUT, secretsTimeout);
      const stored = await this.#store.read(id, deadline.signal);
      const document = parseCredentialDocument(stored.text, this.#urls);
      const credential = { id, document, versionId: stored.versionId };
      this.#readings.set(name, { credential, readAt: this.#clock.now() });
      return credential;
    });
  }
}

function secretsTimeout(): VendError {
  return new VendError('secrets_unavailable', { detail: 'Secrets Manager did not answer in time' });
}
