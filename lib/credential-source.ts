import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { type CredentialDocument, parseCredentialDocument } from './credential-document.ts';
import { type CredentialId, formatCredentialId } from './credential-id.ts';
import type { CredentialStore, SecretStage } from './credential-store.ts';
import { Deadline } from './deadline.ts';
import type { UrlPolicy } from './endpoint-url.ts';
import { SingleFlight } from './single-flight.ts';
import { VendError } from './vend-error.ts';

/** A credential as it was read: the document and which version of the secret it came from. */
export interface Credential {
  readonly id: CredentialId;
  readonly document: CredentialDocument;
  readonly versionId: string;
  /** When that version was written: milliseconds since the Unix epoch. */
  readonly writtenAt: number;
}

interface Reading {
  readonly credential: Credential;
  readonly readAt: number;
}

const FRESH_FOR = 60_000;
// Secrets Manager is not the authorization server: reading it again hammers nobody.
const REREAD_EVERY = 2_000;
const READ_TIMEOUT = 5_000;
// How long after a change the version before it is worth a try: an operator may store first and tell the server later.
const PREVIOUS_USABLE_FOR = 3_600_000;

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
    return await this.#readThroughCache(id, 'AWSCURRENT', formatCredentialId(id), signal);
  }

  /**
   * Reads past the cache, but not more than every 2 s: what to do while the authorization server refuses the secret.
   *
   * @throws VendError as {@link get}
   */
  async reread(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const name = formatCredentialId(id);
    const sinceLast = this.#clock.now() - (this.#rereadAt.get(name) ?? Number.NEGATIVE_INFINITY);
    if (sinceLast < REREAD_EVERY) return await this.get(id, signal);
    this.#rereadAt.set(name, this.#clock.now());
    return await this.#read(id, 'AWSCURRENT', name, signal);
  }

  /**
   * The credential with the secret that was current before (AWSPREVIOUS), where that was so within the last hour. Only the
   * client and its secret are the older ones: what may be asked for, and whether at all, is what the current document says.
   *
   * @returns `undefined` where there is none, or it is of another server
   * @throws VendError `secrets_unavailable`
   */
  async previous(current: Credential, signal: AbortSignal): Promise<Credential | undefined> {
    const { document } = current;
    if (this.#clock.now() - current.writtenAt >= PREVIOUS_USABLE_FOR) return undefined;
    const before = await this.#findPrevious(current, signal);
    const sameServer =
      before?.document.issuer === document.issuer &&
      before.document.tokenEndpoint === document.tokenEndpoint;
    if (before === undefined || !sameServer) return undefined;
    const { clientId, authentication } = before.document;
    return { ...before, document: { ...document, clientId, authentication } };
  }

  async #findPrevious(
    { id, versionId }: Credential,
    signal: AbortSignal,
  ): Promise<Credential | undefined> {
    try {
      // What was current before depends on what is current now.
      return await this.#readThroughCache(
        id,
        'AWSPREVIOUS',
        `${formatCredentialId(id)} ${versionId}`,
        signal,
      );
    } catch (error) {
      const { code } = VendError.from(error);
      if (code === 'credential_unknown' || code === 'credential_invalid') return undefined;
      throw error;
    }
  }

  async #readThroughCache(
    id: CredentialId,
    stage: SecretStage,
    key: string,
    signal: AbortSignal,
  ): Promise<Credential> {
    const reading = this.#readings.get(key);
    const fresh = reading !== undefined && this.#clock.now() - reading.readAt < FRESH_FOR;
    return fresh ? reading.credential : await this.#read(id, stage, key, signal);
  }

  async #read(
    id: CredentialId,
    stage: SecretStage,
    key: string,
    signal: AbortSignal,
  ): Promise<Credential> {
    return await this.#flights.run(key, signal, async (flight) => {
      using deadline = new Deadline(this.#clock, READ_TIMEOUT, secretsTimeout, flight);
      const stored = await this.#store.read(id, stage, deadline.signal);
      const document = parseCredentialDocument(stored.text, this.#urls);
      const { versionId, writtenAt } = stored;
      const credential = { id, document, versionId, writtenAt };
      this.#readings.set(key, { credential, readAt: this.#clock.now() });
      return credential;
    });
  }
}

function secretsTimeout(): VendError {
  return new VendError('secrets_unavailable', { detail: 'Secrets Manager did not answer in time' });
}
