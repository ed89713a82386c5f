import { RECORD_TIME_TOLERANCE } from '../time/time-budget.ts';
import type { ReportBreak } from './break.ts';
import { recordKey } from './chain-link.ts';
import type { AuditRecord } from './record-schema.ts';

/** The last record of a chain at some time. If it is kept elsewhere, it anchors the chain. */
export interface ChainHead {
  readonly sequence: number;
  /** SHA-256 in hex. */
  readonly fingerprint: string;
}

/** What is known of a chain before its records are read. Times in milliseconds since the Unix epoch. */
export interface KnownOfChain {
  /** The head that was kept elsewhere. */
  readonly anchor: ChainHead | undefined;
  /** When the process of the chain began. */
  readonly began: number;
  /** Records before this time may have expired. */
  readonly expiredBefore: number;
}

/**
 * Verifies that the records of a chain are numbered without a gap, each in its place and each with
 * the fingerprint of the previous record, that their time does not go back, and that the chain
 * contains its kept head. A gap is no break if the missing records can have expired. Keeps only the
 * head.
 */
export class ChainVerifier {
  readonly #anchor: ChainHead | undefined;
  readonly #expiredBefore: number;
  #next = 0;
  #previous: string | undefined;
  /** Time of the latest record; before any record, when the process began. */
  #latest: number;
  #hasRecord = false;
  #isAfterExpired = false;
  #expired = false;

  constructor({ anchor, began, expiredBefore }: KnownOfChain) {
    this.#anchor = anchor;
    this.#expiredBefore = expiredBefore;
    this.#latest = began;
  }

  get head(): ChainHead {
    return { sequence: this.#next - 1, fingerprint: this.#previous ?? '' };
  }

  /** The sequence that the next record must have. */
  get next(): number {
    return this.#next;
  }

  /** Whether records are missing that can have expired. */
  get expired(): boolean {
    return this.#expired;
  }

  /** Whether a record that would come next can have expired. */
  get mayExpireNext(): boolean {
    return this.#latest < this.#expiredBefore;
  }

  /** Takes the sequence of the next record, even if nothing else of the record can be read. */
  count(sequence: number, report: ReportBreak): void {
    if (sequence > this.#next) this.#skipTo(sequence, report);
    if (sequence < this.#next) report('duplicate', `sequence ${sequence} occurs more than once`);
    this.#next = sequence + 1;
  }

  #skipTo(sequence: number, report: ReportBreak): void {
    if (this.mayExpireNext) {
      this.#isAfterExpired = true;
      this.#expired = true;
    } else report('gap', describeGap(this.#next, sequence - 1));
  }

  /** Takes the next record: its link to the previous record, its time, and the kept head. */
  link({ metadata, time, unmapped }: AuditRecord, report: ReportBreak): void {
    const { prev_event, fingerprint } = unmapped.attestation;
    const named = prev_event?.fingerprint.value;
    // The record that this one names has expired.
    const isLinked = this.#isAfterExpired ? named !== undefined : this.#previous === named;
    if (!isLinked)
      report('broken-link', 'the previous record does not have the fingerprint that it names');
    if (named === undefined && metadata.event_code !== 'process-start')
      report('no-genesis', 'a chain must begin with a process-start record');
    if (this.#hasRecord && time < this.#latest - RECORD_TIME_TOLERANCE)
      report('time-reversed', 'it is older than a record before it');
    if (
      this.#anchor?.sequence === metadata.sequence &&
      this.#anchor.fingerprint !== fingerprint.value
    )
      report('altered', 'it is not the record that was here when its head was saved');
    this.#previous = fingerprint.value;
    this.#latest = this.#hasRecord ? Math.max(this.#latest, time) : time;
    this.#hasRecord = true;
    this.#isAfterExpired = false;
  }
}

/**
 * Verifies that a record stands where it belongs: an object has the key of its first record, and
 * the others in it are of the same chain and day.
 *
 * @param key of the object
 * @param first sequence of the first record of the object, as the record itself says, if this is
 *   the first record
 */
export function verifyPlace(
  { metadata, time, unmapped }: AuditRecord,
  key: string,
  first: number,
  report: ReportBreak,
): void {
  const { chain_uid: uid } = unmapped.attestation;
  if (recordKey(uid, first, time) !== key)
    report('misplaced', `it belongs to ${recordKey(uid, metadata.sequence, time)}`);
}

export function describeGap(from: number, to: number): string {
  return from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`;
}
