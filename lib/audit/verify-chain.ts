import type { ReportBreak } from './break.ts';
import { recordKey } from './chain-link.ts';
import type { AuditRecord } from './record-schema.ts';

/** The last record of a chain at some time. If it is kept elsewhere, it anchors the chain. */
export interface ChainHead {
  readonly sequence: number;
  /** SHA-256 in hex. */
  readonly fingerprint: string;
}

/**
 * Verifies that the records of a chain are numbered without a gap, each in its place and each with
 * the fingerprint of the previous record, and that the chain contains its kept head. Keeps only the
 * head.
 */
export class ChainVerifier {
  readonly #anchor: ChainHead | undefined;
  #next = 0;
  #previous: string | undefined;

  constructor(anchor: ChainHead | undefined) {
    this.#anchor = anchor;
  }

  get head(): ChainHead {
    return { sequence: this.#next - 1, fingerprint: this.#previous ?? '' };
  }

  /** The sequence that the next record must have. */
  get next(): number {
    return this.#next;
  }

  /** Takes the sequence of the next record, even if nothing else of the record can be read. */
  count(sequence: number, report: ReportBreak): void {
    if (sequence > this.#next) report('gap', describeGap(this.#next, sequence - 1));
    if (sequence < this.#next) report('duplicate', `sequence ${sequence} occurs more than once`);
    this.#next = sequence + 1;
  }

  /** Takes the next record: its link to the previous record, and to the kept head. */
  link({ metadata, unmapped }: AuditRecord, report: ReportBreak): void {
    const { prev_event, fingerprint } = unmapped.attestation;
    if (this.#previous !== prev_event?.fingerprint.value)
      report('broken-link', 'the previous record does not have the fingerprint that it names');
    if (prev_event === undefined && metadata.event_code !== 'process-start')
      report('no-genesis', 'a chain must begin with a process-start record');
    if (
      this.#anchor?.sequence === metadata.sequence &&
      this.#anchor.fingerprint !== fingerprint.value
    )
      report('altered', 'it is not the record that was here when its head was saved');
    this.#previous = fingerprint.value;
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
