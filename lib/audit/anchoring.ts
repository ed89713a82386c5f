import type { Clock } from '../time/clock.ts';
import {
  ANCHORS,
  type Anchor,
  type AnchorStatement,
  anchorKey,
  parseAnchor,
  signedBytes,
  stateHeads,
  writeAnchor,
} from './anchor.ts';
import type { AnchorSigner } from './anchor-signer.ts';
import { gatherHeads } from './chain-heads.ts';
import type { LogReader } from './log-reader.ts';
import type { AuditStore } from './store.ts';

export interface AnchoringPorts {
  readonly reader: LogReader;
  /** The store of the log. */
  readonly store: AuditStore;
  /** A second store of the anchors, which other administrators control. */
  readonly copy?: AuditStore | undefined;
  readonly signer: AnchorSigner;
  readonly clock: Pick<Clock, 'now'>;
}

export interface MadeAnchor {
  readonly key: string;
  readonly statement: AnchorStatement;
  /** Keys of objects that contain no valid record at their end. Their chains are not anchored. */
  readonly unreadable: readonly string[];
}

interface StoredAnchor {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly anchor: Anchor;
}

const DAY = 86_400_000;
// One listing of a whole log takes fewer requests than one of each shard and day of a month.
const MOST_DAYS = 30;

/**
 * Anchors a log: gathers the heads of its chains, signs the root of their Merkle tree, and stores
 * the anchor beside the log. An anchor names each chain that has a record since the day before the
 * previous anchor. The anchors before it name the other chains.
 *
 * @throws VendError `audit_unavailable` if the anchor is not stored
 * @throws Error if the previous object of the anchors is not an anchor, and what `reader` and
 *   `signer` throw
 */
export async function anchorLog(ports: AnchoringPorts, signal: AbortSignal): Promise<MadeAnchor> {
  const { reader, store, copy, signer, clock } = ports;
  const previous = await readLast(reader, signal);
  // The last run may have ended before it had stored its copy.
  if (previous !== undefined) await copy?.create(previous.key, previous.bytes, signal);
  const now = clock.now();
  const statedBefore = previous?.anchor.statement;
  const { heads, unreadable } = await gatherHeads(reader, daysSince(statedBefore, now), signal);
  const stated = stateHeads(heads, now, statedBefore);
  const signature = await signer.sign(signedBytes(stated.statement), signal);
  const bytes = writeAnchor({ ...stated, signature: Buffer.from(signature).toString('base64') });
  const key = anchorKey(stated.statement.sequence);
  await store.create(key, bytes, signal);
  await copy?.create(key, bytes, signal);
  return { key, statement: stated.statement, unreadable };
}

// A record can be stored some time after its own, so the day before counts as well.
function daysSince(previous: AnchorStatement | undefined, now: number) {
  const from = Math.min(previous?.time ?? 0, now) - DAY;
  return now - from > MOST_DAYS * DAY ? undefined : { from, to: now + DAY };
}

async function readLast(reader: LogReader, signal: AbortSignal): Promise<StoredAnchor | undefined> {
  let key: string | undefined;
  for await (const each of reader.keys(ANCHORS, signal)) key = each;
  if (key === undefined) return undefined;
  const bytes = await reader.read(key, signal);
  const anchor = parseAnchor(bytes);
  if (anchor === undefined || anchorKey(anchor.statement.sequence) !== key)
    throw new Error(`${key} is not an anchor; keep the log as evidence and find out who wrote it`);
  return { key, bytes, anchor };
}
