import { VendError } from '../errors/vend-error.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import {
  AUDIT_ATTEMPT_GIVEN_UP_AFTER,
  AUDIT_ATTEMPT_TIMEOUT,
  RECORD_TIME_TOLERANCE,
} from '../time/time-budget.ts';
import { type SealedRecord, sealRecord } from './chain-link.ts';
import type { AuditEvent } from './event.ts';
import type { AuditLog } from './log.ts';
import { toRecord } from './record.ts';
import { packRecords, type RecordObject } from './record-object.ts';
import type { AuditStore } from './store.ts';

export interface AuditChainOptions {
  readonly region: string;
  /** Version of the function's code. */
  readonly productVersion: string;
  /** Called with the canonical JSON of each new record: for search and alarms, not for proof. */
  readonly echo: (line: string) => void;
}

interface Pending {
  readonly sealed: SealedRecord;
  /** Absent if the caller already got `audit_unavailable`. The record is still owed. */
  waiter: { readonly resolve: () => void; readonly reject: (error: VendError) => void } | undefined;
}

const ATTEMPTS = 2;
// Limit of records that wait while the store fails. More records would fill the memory of the
// process.
const MOST_OWED = 1_000;

/**
 * The audit log of one process. Each record contains the fingerprint of the previous record, and
 * objects are stored one after another. Records that wait while an object is being stored share the
 * next object, so that concurrent requests do not wait for one write each.
 *
 * A record that could not be stored stays owed, and is stored before any later record, so that no
 * sequence is skipped or used twice. An object is stored again with the same key and the same
 * bytes, because it may already be stored if only the response of the store was lost.
 */
export class AuditChain implements AuditLog {
  readonly #store: AuditStore;
  readonly #clock: Clock;
  readonly #options: AuditChainOptions;
  readonly #chainUid: string;
  readonly #pending: Pending[] = [];
  /** The object that is being stored or owed. It contains the first of the pending records. */
  #object: RecordObject | undefined;
  #sequence = 0;
  #previous: string | undefined;
  #latest = Number.NEGATIVE_INFINITY;
  #flushing: Promise<void> | undefined;

  constructor(store: AuditStore, clock: Clock, options: AuditChainOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
    this.#chainUid = clock.uuid();
  }

  /**
   * @returns when the record and every record before it are stored
   * @throws VendError `audit_unavailable`
   */
  async append(event: AuditEvent): Promise<void> {
    if (this.#pending.length >= MOST_OWED)
      throw new VendError('audit_unavailable', { detail: 'too many records wait for the store' });
    const sealed = this.#seal(event);
    // Owed from now on: a sequence number that was given must be stored, even if the echo fails.
    const stored = new Promise<void>((resolve, reject) => {
      this.#pending.push({ sealed, waiter: { resolve, reject } });
      this.#flushing ??= this.#flush();
    });
    this.#options.echo(sealed.text);
    await stored;
  }

  #seal(event: AuditEvent): SealedRecord {
    const position = {
      chainUid: this.#chainUid,
      sequence: this.#sequence,
      previous: this.#previous,
    };
    const record = toRecord(event, this.#time(), this.#options.region);
    const sealed = sealRecord(record, position, this.#clock.uuid(), this.#options.productVersion);
    this.#sequence += 1;
    this.#previous = sealed.fingerprint;
    return sealed;
  }

  // A clock that is corrected by a moment does not make a record older than the one before it. At
  // midnight the two would sort the wrong way round.
  #time(): number {
    const now = this.#clock.now();
    const isCorrected = now > this.#latest - RECORD_TIME_TOLERANCE;
    this.#latest = isCorrected ? Math.max(this.#latest, now) : now;
    return this.#latest;
  }

  async #flush(): Promise<void> {
    try {
      for (let next = this.#nextObject(); next !== undefined; next = this.#nextObject()) {
        await this.#put(next);
        this.#object = undefined;
        for (const { waiter } of this.#pending.splice(0, next.records)) waiter?.resolve();
        await nextTurn();
      }
    } catch (cause) {
      this.#tellAll(new VendError('audit_unavailable', { cause }));
    } finally {
      this.#flushing = undefined;
    }
  }

  #nextObject(): RecordObject | undefined {
    const [first, ...others] = this.#pending.map(({ sealed }) => sealed);
    if (first !== undefined) this.#object ??= packRecords([first, ...others]);
    return this.#object;
  }

  // Every record behind an object that cannot be stored would fail too, only later.
  #tellAll(error: VendError): void {
    for (const pending of this.#pending) {
      pending.waiter?.reject(error);
      pending.waiter = undefined;
    }
  }

  async #put(object: RecordObject, attempts = ATTEMPTS): Promise<void> {
    try {
      await this.#attempt(object);
    } catch (error) {
      if (attempts === 1) throw error;
      await this.#put(object, attempts - 1);
    }
  }

  async #attempt({ key, bytes }: RecordObject): Promise<void> {
    using attempt = new Deadline(this.#clock, AUDIT_ATTEMPT_TIMEOUT, storeTimeout);
    // A disk cannot be interrupted, so a busy one gets more time than a request that hangs.
    using limit = new Deadline(this.#clock, AUDIT_ATTEMPT_GIVEN_UP_AFTER, storeTimeout);
    await leaveOnAbort(this.#store.create(key, bytes, attempt.signal), limit.signal);
  }
}

function storeTimeout(): VendError {
  return new VendError('audit_unavailable', { detail: 'the audit store did not respond in time' });
}

// One turn of the event loop: requests that arrived with the response of the store join the next
// object. Else the first of them would be alone in an object, and the others would wait for two
// stores.
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
