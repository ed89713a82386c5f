import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { type AuditVerification, AuditVerifier } from '../../lib/audit/verifier.ts';
import type { ChainHead } from '../../lib/audit/verify-chain.ts';
import type { StoredObject } from './record-source.ts';

export interface VerifiedLog extends AuditVerification {
  readonly seconds: number;
  readonly heads: Readonly<Record<string, ChainHead>>;
}

export interface Watchers {
  /** Called from time to time with the number of records so far. */
  readonly progress?: (records: number) => void;
  /** Heads of an earlier verification, by chain. */
  readonly anchors?: ReadonlyMap<string, ChainHead>;
  /** Called with each record that can be read. */
  readonly visit?: (record: AuditRecord) => void;
}

const REPORT_EVERY = 1_000;

/** Verifies a log in one pass; memory does not grow with the number of records. */
export async function verifyLog(
  objects: AsyncIterable<StoredObject>,
  { progress, visit, anchors }: Watchers = {},
): Promise<VerifiedLog> {
  const verifier = new AuditVerifier(anchors);
  const started = performance.now();
  let reported = 0;
  for await (const { key, bytes } of objects) {
    for (const record of verifier.add(key, bytes)) visit?.(record);
    if (verifier.records < reported + REPORT_EVERY) continue;
    reported = verifier.records;
    progress?.(reported);
  }
  const seconds = (performance.now() - started) / 1000;
  return { ...verifier.result(), heads: verifier.heads(), seconds };
}

export function describeVerification(log: Omit<VerifiedLog, 'heads'>): string[] {
  const { records, chains, breaks, first, last, kinds, seconds } = log;
  const rate = Math.round(records / Math.max(seconds, 0.001));
  const span = first === undefined || last === undefined ? '' : `, ${iso(first)} to ${iso(last)}`;
  return [
    ...breaks.map(({ key, kind, message }) => `${key}: ${kind}: ${message}`),
    `${plural(records, 'record')} in ${plural(chains, 'chain')}${span}`,
    ...Object.entries(kinds).map(
      ([kind, number]) => `  ${kind.padEnd(18)}${count(number).padStart(9)}`,
    ),
    `${count(rate)} records a second`,
    ...(breaks.length === 0
      ? [
          'whole and unaltered: every chain up to its last record.',
          'Every token request was logged before it was sent; every issued token has a record.',
        ]
      : [
          `BROKEN: ${plural(breaks.length, 'chain')} ${breaks.length === 1 ? 'differs' : 'differ'} from what was written. The first break of each is above.`,
        ]),
  ];
}

function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '');
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function plural(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}
