import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { sleep } from '../time/sleep.ts';
import {
  REFUSAL_REMEMBERED_FOR,
  ROTATED_SECRET_AWAITED_FOR,
  ROTATED_SECRET_READ_EVERY,
} from '../time/time-budget.ts';
import { formatCredentialId } from './id.ts';
import type { Credential, CredentialSource } from './source.ts';

interface Wait {
  /** The version that was current when the wait began. */
  readonly versionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly next: Promise<Credential | undefined>;
}

/**
 * Waits for the version that a rotation is about to store. A server that issues the new secret itself
 * (RFC 7592 section 2.2) ends the old one before anybody else can know the new one, so that for a
 * moment no version is right.
 *
 * All requests share one wait for a credential. There is one wait in 30 s, so that a secret that is
 * wrong for good costs time once.
 */
export class AwaitedRotations {
  readonly #credentials: Pick<CredentialSource, 'reread' | 'expectChange'>;
  readonly #clock: Clock;
  readonly #waits = new BoundedMap<string, Wait>(1_000);

  constructor(credentials: Pick<CredentialSource, 'reread' | 'expectChange'>, clock: Clock) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /**
   * @param refused whose versions the server refused
   * @param isTried whether a version was refused
   * @param signal ends the wait of this request
   * @returns the next version; `undefined` if the document has no rotation, or if none is stored in time
   */
  async next(
    refused: Credential,
    isTried: (version: Credential) => boolean,
    signal: AbortSignal,
  ): Promise<Credential | undefined> {
    if (refused.document.rotation === undefined) return undefined;
    const name = formatCredentialId(refused.id);
    const current = await this.#read(refused);
    if (current === undefined || !isTried(current)) return current;
    const known = this.#waits.get(name);
    const isRecent =
      known?.versionId === current.versionId &&
      this.#clock.now() - known.startedAt < REFUSAL_REMEMBERED_FOR;
    const wait = isRecent ? known : this.#start(name, current);
    return await leaveOnAbort(wait.next, signal);
  }

  #start(name: string, current: Credential): Wait {
    const startedAt = this.#clock.now();
    const { versionId } = current;
    const wait = { versionId, startedAt, next: this.#await(name, current) };
    this.#waits.set(name, wait);
    return wait;
  }

  async #await(name: string, current: Credential): Promise<Credential | undefined> {
    const attempts = ROTATED_SECRET_AWAITED_FOR / ROTATED_SECRET_READ_EVERY;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      await sleep(this.#clock, ROTATED_SECRET_READ_EVERY, NEVER);
      this.#credentials.expectChange(name);
      const read = await this.#read(current);
      if (read !== undefined && read.versionId !== current.versionId) return read;
    }
    return undefined;
  }

  // If it cannot be read, the request gets the refusal of the server.
  async #read({ id }: Credential): Promise<Credential | undefined> {
    return await this.#credentials.reread(id, NEVER).catch(() => undefined);
  }
}

const NEVER = new AbortController().signal;
