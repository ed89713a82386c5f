import { VendError } from '../errors/vend-error.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { SingleFlight } from '../time/single-flight.ts';
import {
  DOCUMENT_FRESH_FOR,
  DOCUMENT_REREAD_EVERY,
  PREVIOUS_SECRET_USABLE_FOR,
  SECRET_TIMEOUT,
} from '../time/time-budget.ts';
import {
  type CredentialDocument,
  type DocumentOptions,
  parseCredentialDocument,
} from './document.ts';
import { type CredentialId, formatCredentialId } from './id.ts';
import { isSentTheSameWay } from './same-destination.ts';
import type { CredentialStore, SecretStage } from './store.ts';

/** A credential as read: the document, and the version of its secret. */
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
  /** When this process saw this version replace another one. */
  readonly changedAt: number | undefined;
}

interface PreviousReading {
  readonly credential: Credential | undefined;
  readonly freshUntil: number;
}

/**
 * Credential documents, read through a cache of 60 s. A kill switch or a rotation takes effect
 * within that time.
 */
export class CredentialSource {
  readonly #store: CredentialStore;
  readonly #clock: Clock;
  readonly #options: DocumentOptions;
  readonly #onRead: (credential: Credential) => void;
  readonly #readings = new BoundedMap<string, Reading>(1_000);
  readonly #rereadAt = new BoundedMap<string, number>(1_000);
  readonly #flights = new SingleFlight<Credential>();
  readonly #previous = new BoundedMap<string, PreviousReading>(1_000);
  readonly #previousFlights = new SingleFlight<{
    credential: Credential | undefined;
    keepFor: number;
  }>();

  /** @param onRead receives each current credential that is read; it never throws */
  constructor(
    store: CredentialStore,
    clock: Clock,
    options: DocumentOptions,
    onRead: (credential: Credential) => void,
  ) {
    this.#onRead = onRead;
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
  }

  /**
   * @throws VendError `credential_unknown`, `credential_invalid`, `secrets_unavailable`
   */
  async get(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const reading = this.#readings.get(formatCredentialId(id));
    const fresh = reading !== undefined && this.#clock.now() - reading.readAt < DOCUMENT_FRESH_FOR;
    return fresh ? reading.credential : await this.#read(id, signal);
  }

  /** The credential as it was read last, however long ago; `undefined` if it was not read here. */
  peek(id: CredentialId): Credential | undefined {
    return this.#readings.get(formatCredentialId(id))?.credential;
  }

  /**
   * Reads past the cache, at most every 2 s unless something shows that the secret has changed. For
   * use while the authorization server refuses the secret.
   *
   * @throws VendError as {@link get}
   */
  async reread(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const name = formatCredentialId(id);
    if (this.#flights.has(name)) return await this.#read(id, signal);
    const sinceLast = this.#clock.now() - (this.#rereadAt.get(name) ?? Number.NEGATIVE_INFINITY);
    if (sinceLast < DOCUMENT_REREAD_EVERY) return await this.get(id, signal);
    this.#rereadAt.set(name, this.#clock.now());
    return await this.#read(id, signal);
  }

  /** The secret has changed, so that it may change again at once: {@link reread} then waits for nothing. */
  expectChange(name: string): void {
    this.#rereadAt.delete(name);
  }

  /**
   * The credential with the secret that was current before (AWSPREVIOUS), if it was current within
   * the last hour. Only the client and its secret are the older ones. Ceiling and status are those
   * of the current document.
   *
   * @returns `undefined` if there is none, if it cannot be read, or if it is for another server;
   *   `current` itself if it was replaced since it was read
   */
  async previous(current: Credential, signal: AbortSignal): Promise<Credential | undefined> {
    const { id, document, versionId } = current;
    // The previous version depends on the current version.
    const key = `${formatCredentialId(id)} ${versionId}`;
    const known = this.#previous.get(key);
    const before =
      known !== undefined && this.#clock.now() < known.freshUntil
        ? known.credential
        : await this.#readPrevious(id, key, signal);
    if (before === undefined || !this.#wasCurrentLately(current, before)) return undefined;
    if (!isSentTheSameWay(before.document, document)) return undefined;
    const { clientId, authentication } = before.document;
    return { ...before, document: { ...document, clientId, authentication } };
  }

  // The date of a version that was pending for long, or was current long ago, does not say when it
  // was replaced. Then the change that this process saw counts.
  #wasCurrentLately(current: Credential, before: Credential): boolean {
    if (before.versionId === current.versionId) return true;
    const seenAt = this.#readings.get(formatCredentialId(current.id))?.changedAt ?? 0;
    const changedAt = Math.max(current.writtenAt, before.writtenAt, seenAt);
    return this.#clock.now() - changedAt < PREVIOUS_SECRET_USABLE_FOR;
  }

  async #readPrevious(
    id: CredentialId,
    key: string,
    signal: AbortSignal,
  ): Promise<Credential | undefined> {
    const read = async (flight: AbortSignal) => {
      try {
        return {
          credential: await this.#fetch(id, 'AWSPREVIOUS', flight),
          keepFor: DOCUMENT_FRESH_FOR,
        };
      } catch (error) {
        // The caller then gets the refusal by the authorization server instead of this error.
        const { code } = VendError.from(error);
        const keepFor = code === 'secrets_unavailable' ? DOCUMENT_REREAD_EVERY : DOCUMENT_FRESH_FOR;
        return { credential: undefined, keepFor };
      }
    };
    const { credential, keepFor } = await this.#previousFlights.run(key, signal, read);
    // The version that was read as the current one is the previous one now.
    if (credential !== undefined && key.endsWith(` ${credential.versionId}`))
      this.expectChange(formatCredentialId(id));
    this.#previous.set(key, { credential, freshUntil: this.#clock.now() + keepFor });
    return credential;
  }

  async #read(id: CredentialId, signal: AbortSignal): Promise<Credential> {
    const name = formatCredentialId(id);
    return await this.#flights.run(name, signal, async (flight) => {
      const credential = await this.#fetch(id, 'AWSCURRENT', flight);
      const before = this.#readings.get(name);
      const readAt = this.#clock.now();
      const changed = before !== undefined && before.credential.versionId !== credential.versionId;
      const changedAt = changed ? readAt : before?.changedAt;
      if (changed) this.expectChange(name);
      this.#readings.set(name, { credential, readAt, changedAt });
      this.#onRead(credential);
      return credential;
    });
  }

  async #fetch(id: CredentialId, stage: SecretStage, signal: AbortSignal): Promise<Credential> {
    using deadline = new Deadline(this.#clock, SECRET_TIMEOUT, secretsTimeout, signal);
    const reading = this.#store.read(id, stage, deadline.signal);
    const { text, versionId, writtenAt } = await leaveOnAbort(reading, deadline.signal);
    return { id, document: parseCredentialDocument(text, this.#options), versionId, writtenAt };
  }
}

function secretsTimeout(): VendError {
  return new VendError('secrets_unavailable', {
    detail: 'Secrets Manager did not respond in time',
  });
}
