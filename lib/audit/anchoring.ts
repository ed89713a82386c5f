import type { Clock } from '../time/clock.ts';
import {
  ANCHORS,
  type Anchor,
  type AnchorStatement,
  anchorKey,
  parseAnchor,
  type StatedHeads,
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
}

export interface AnchoredLog {
  /** In the order of their numbers; more than one if the log has more than 5,000 such chains. */
  readonly anchors: readonly MadeAnchor[];
  /** Number of chains that they name. */
  readonly chains: number;
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
 * previous run. The anchors before it name the other chains.
 *
 * @throws VendError `audit_unavailable` if the anchor is not stored
 * @throws Error if the previous object of the anchors is not an anchor, and what `reader` and
 *   `signer` throw
 */
export async function anchorLog(ports: AnchoringPorts, signal: AbortSignal): Promise<AnchoredLog> {
  const { reader, copy, clock } = ports;
  const keys = await anchorsOf(reader, signal);
  const previous = await readAnchor(reader, keys.at(-1), signal);
  // The last run may have ended before it had stored its copy.
  if (previous !== undefined) await copy?.create(previous.key, previous.bytes, signal);
  const now = clock.now();
  const since = await lastCompleteRun(reader, keys, previous, signal);
  const { heads, unreadable } = await gatherHeads(reader, daysSince(since, now), signal);
  const anchors: MadeAnchor[] = [];
  for (const stated of stateHeads(heads, now, previous?.anchor.statement))
    anchors.push(await storeAnchor(stated, ports, signal));
  return { anchors, chains: heads.length, unreadable };
}

async function storeAnchor(
  stated: StatedHeads,
  { store, copy, signer }: AnchoringPorts,
  signal: AbortSignal,
): Promise<MadeAnchor> {
  const { statement } = stated;
  const signature = await signer.sign(signedBytes(statement), signal);
  const bytes = writeAnchor({ ...stated, signature: Buffer.from(signature).toString('base64') });
  const key = anchorKey(statement.sequence);
  await store.create(key, bytes, signal);
  await copy?.create(key, bytes, signal);
  return { key, statement };
}

// A run that ended between two of its anchors has not named all chains.
async function lastCompleteRun(
  reader: LogReader,
  keys: readonly string[],
  last: StoredAnchor | undefined,
  signal: AbortSignal,
): Promise<AnchorStatement | undefined> {
  let at = keys.length - 1;
  let anchor = last;
  while (anchor?.anchor.statement.continues) {
    at -= 1;
    anchor = await readAnchor(reader, keys[at], signal);
  }
  return anchor?.anchor.statement;
}

// A record can be stored some time after its own, so the day before counts as well.
function daysSince(previous: AnchorStatement | undefined, now: number) {
  const from = Math.min(previous?.time ?? 0, now) - DAY;
  return now - from > MOST_DAYS * DAY ? undefined : { from, to: now + DAY };
}

async function anchorsOf(reader: LogReader, signal: AbortSignal): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of reader.keys(ANCHORS, signal)) keys.push(key);
  return keys;
}

async function readAnchor(
  reader: LogReader,
  key: string | undefined,
  signal: AbortSignal,
): Promise<StoredAnchor | undefined> {
  if (key === undefined) return undefined;
  const bytes = await reader.read(key, signal);
  const anchor = parseAnchor(bytes);
  if (anchor === undefined || anchorKey(anchor.statement.sequence) !== key)
    throw new Error(`${key} is not an anchor; keep the log as evidence and find out who wrote it`);
  return { key, bytes, anchor };
}
