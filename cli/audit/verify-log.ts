import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import type { AuditVerification } from '../../lib/audit/verification.ts';
import { AuditVerifier, type KnownOfLog } from '../../lib/audit/verifier.ts';
import type { AnchorProof, AnchorVerifier } from '../../lib/audit/verify-anchors.ts';
import type { ChainHead } from '../../lib/audit/verify-chain.ts';
import { describeProof } from './describe-proof.ts';
import type { StoredObject } from './record-source.ts';

export interface VerifiedLog extends AuditVerification {
  readonly seconds: number;
  readonly heads: Readonly<Record<string, ChainHead>>;
  /** What the signed anchors prove, if a public key was given. */
  readonly anchored?: AnchorProof | undefined;
}

export interface Watchers extends KnownOfLog {
  /** Called from time to time with the number of records so far. */
  readonly progress?: (records: number) => void;
  /** The verifier of the signed anchors, which has all anchors of the log. */
  readonly signed?: AnchorVerifier | undefined;
  /** Called with each record that can be read. */
  readonly visit?: (record: AuditRecord) => void;
}

const REPORT_EVERY = 1_000;

/** Verifies a log in one pass. Memory grows with the number of chains, by some 400 bytes each. */
export async function verifyLog(
  objects: AsyncIterable<StoredObject>,
  { progress, visit, signed, ...known }: Watchers = {},
): Promise<VerifiedLog> {
  const verifier = new AuditVerifier(known);
  const started = performance.now();
  let reported = 0;
  for await (const { key, content } of objects) {
    for (const record of verifier.add(key, content)) {
      signed?.addRecord(key, record);
      visit?.(record);
    }
    if (verifier.records < reported + REPORT_EVERY) continue;
    reported = verifier.records;
    progress?.(reported);
  }
  const seconds = (performance.now() - started) / 1000;
  const result = verifier.result();
  const heads = verifier.heads();
  return { ...result, heads, seconds, ...signed?.result(result) };
}

export function describeVerification(log: Omit<VerifiedLog, 'heads'>): string[] {
  const { records, unreadable, chains, expired, breaks, first, last, kinds, seconds } = log;
  const broken = breaks.length + log.unlistedBreaks;
  const rate = Math.round(records / Math.max(seconds, 0.001));
  const span = first === undefined || last === undefined ? '' : `, ${iso(first)} to ${iso(last)}`;
  return [
    ...breaks.map(({ key, kind, message }) => `${key}: ${kind}: ${message}`),
    ...(broken > breaks.length ? [`and ${count(log.unlistedBreaks)} more`] : []),
    `${plural(records, 'record')} in ${plural(chains, 'chain')}${span}`,
    ...Object.entries(kinds).map(
      ([kind, number]) => `  ${kind.padEnd(18)}${count(number).padStart(9)}`,
    ),
    `${count(rate)} records a second`,
    ...(unreadable === 0 ? [] : [`${count(unreadable)} cannot be read`]),
    ...(expired === 0 ? [] : [`${plural(expired, 'chain')} without records that can have expired`]),
    ...(broken === 0
      ? describeProof(log.anchored, chains)
      : [
          `BROKEN: the log differs from what was written in ${plural(broken, 'place')}. Above is the first break of each chain.`,
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
