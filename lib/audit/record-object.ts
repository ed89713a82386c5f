import type { SealedRecord } from './chain-link.ts';

/**
 * An object of the log: records of one chain and one day, in sequence, one on each line (JSON
 * Lines).
 */
export interface RecordObject {
  /** Key of its first record. */
  readonly key: string;
  /** UTF-8. There is no line feed after the last record. */
  readonly bytes: Uint8Array;
  /** Number of records. */
  readonly records: number;
}

// An object of this size is stored well within an attempt. A verifier reads it as a whole.
export const MOST_RECORDS = 100;
const MOST_BYTES = 256 * 1024;

/**
 * No object has more bytes than this. One record may have more than 256 KiB: it names the audience
 * and the scope of a token, and a token response has up to 256 KiB (`RESPONSE_LIMIT`).
 */
export const LARGEST_OBJECT = 1024 * 1024;

/**
 * Puts the first of the waiting records into one object: all of one day, up to 100 records and 256
 * KiB, but at least one.
 *
 * @param waiting records of one chain, in sequence; at least one
 */
export function packRecords(waiting: readonly [SealedRecord, ...SealedRecord[]]): RecordObject {
  const [first] = waiting;
  const lines: string[] = [];
  let size = 0;
  for (const { key, text } of waiting) {
    size += Buffer.byteLength(text) + 1;
    const full = lines.length === MOST_RECORDS || size > MOST_BYTES;
    if (lines.length > 0 && (full || folderOf(key) !== folderOf(first.key))) break;
    lines.push(text);
  }
  return { key: first.key, bytes: Buffer.from(lines.join('\n')), records: lines.length };
}

// Shard, day and chain.
function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}
