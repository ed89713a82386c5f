import type { AnchoredHead } from './anchor.ts';
import type { LogReader } from './log-reader.ts';
import { linesOf, readRecord } from './read-record.ts';

export interface GatheredHeads {
  readonly heads: readonly AnchoredHead[];
  /** Keys of last objects that contain no valid record. Their chains have no head. */
  readonly unreadable: readonly string[];
}

interface LastObject {
  readonly key: string;
  readonly sequence: number;
}

const KEY = /^v1\/[0-9a-f]{2}\/dt=\d{4}-\d{2}-\d{2}\/([0-9a-f-]{36})\/(\d{12})\.json$/;
const SHARDS = Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, '0'));
const AT_ONCE = 16;
const DAY = 86_400_000;

/**
 * The head of each chain of a log that has a record since a day. Only the last object of each such
 * chain is read.
 *
 * @param days first and last UTC day, as times in milliseconds since the Unix epoch; if absent, all
 *   records count
 */
export async function gatherHeads(
  reader: LogReader,
  days: { readonly from: number; readonly to: number } | undefined,
  signal: AbortSignal,
): Promise<GatheredHeads> {
  const last = new Map<string, LastObject>();
  await inBatches(days === undefined ? ['v1/'] : foldersOf(days), async (start) => {
    for await (const key of reader.keys(start, signal)) {
      const [, uid, digits] = KEY.exec(key) ?? [];
      const sequence = Number(digits);
      if (uid !== undefined && sequence >= (last.get(uid)?.sequence ?? 0))
        last.set(uid, { key, sequence });
    }
  });
  const heads: AnchoredHead[] = [];
  const unreadable: string[] = [];
  await inBatches([...last], async ([uid, { key }]) => {
    const head = headOf(await reader.read(key, signal), uid);
    if (head === undefined) unreadable.push(key);
    else heads.push(head);
  });
  return { heads, unreadable };
}

function foldersOf({ from, to }: { readonly from: number; readonly to: number }): string[] {
  const days: string[] = [];
  for (let day = Math.floor(from / DAY); day <= Math.floor(to / DAY); day += 1)
    days.push(new Date(day * DAY).toISOString().slice(0, 10));
  return SHARDS.flatMap((shard) => days.map((day) => `v1/${shard}/dt=${day}/`));
}

function headOf(bytes: Uint8Array, uid: string): AnchoredHead | undefined {
  const lines = linesOf(bytes);
  if (typeof lines !== 'object') return undefined;
  let isValid = true;
  const record = readRecord(lines.at(-1) as string, () => {
    isValid = false;
  });
  const attestation = record?.unmapped.attestation;
  if (record === undefined || !isValid || attestation?.chain_uid !== uid) return undefined;
  return {
    chain_uid: uid,
    sequence: record.metadata.sequence,
    fingerprint: attestation.fingerprint.value,
  };
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE)
    await Promise.all(items.slice(at, at + AT_ONCE).map(work));
}
