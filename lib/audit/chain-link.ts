import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { UnchainedRecord } from './record.ts';

/** A record's place in its chain. */
export interface ChainPosition {
  /** UUIDv7 of the chain: one process, one chain. */
  readonly chainUid: string;
  /** From 0. */
  readonly sequence: number;
  /** Fingerprint of the record before; absent for the first. */
  readonly previous: string | undefined;
  /** {@link shardOf} the chain, where it is known. */
  readonly shard?: string;
}

/** A record as it is stored. */
export interface SealedRecord {
  readonly key: string;
  /** RFC 8785 canonical JSON, and nothing else. */
  readonly text: string;
  readonly fingerprint: string;
}

/**
 * Gives a record its place in a chain and seals it: the fingerprint covers everything but itself, the record before
 * included.
 *
 * @param uid UUIDv7 of the record
 * @param productVersion version of the function's code
 */
export function sealRecord(
  unchained: UnchainedRecord,
  { chainUid, sequence, previous, shard }: ChainPosition,
  uid: string,
  productVersion: string,
): SealedRecord {
  const prev_event = previous === undefined ? undefined : { fingerprint: toFingerprint(previous) };
  const attestation = { chain_uid: chainUid, prev_event };
  const hashed = canonicalJson({
    ...unchained,
    metadata: {
      ...unchained.metadata,
      product: { name: 'token-vending', version: productVersion },
      profiles: ['cloud'],
      sequence,
      uid,
      version: '1.8.0',
    },
    unmapped: { attestation, ...unchained.unmapped },
  });
  const fingerprint = hash('sha256', hashed, 'hex');
  return {
    key: recordKey(chainUid, sequence, unchained.time, shard),
    text: insertFingerprint(hashed, chainUid, fingerprint),
    fingerprint,
  };
}

/**
 * The canonical form of a sealed record from that of the unsealed one: they differ in one member, whose place in
 * `attestation` is behind `chain_uid`. Canonicalising twice would be a fifth of a cached vend. Nothing that a caller chose
 * can look like the place: in a JSON string its quotes would be escaped.
 */
function insertFingerprint(hashed: string, chainUid: string, fingerprint: string): string {
  const place = `"attestation":{"chain_uid":"${chainUid}"`;
  const at = hashed.lastIndexOf(place) + place.length;
  const member = `,"fingerprint":${canonicalJson(toFingerprint(fingerprint))}`;
  return hashed.slice(0, at) + member + hashed.slice(at);
}

/**
 * Where a record is stored: `v1/<shard>/dt=<UTC day>/<chain>/<sequence>.json`. Shards spread the load over S3's
 * partitions; keys of one chain and day sort by sequence.
 */
export function recordKey(
  chainUid: string,
  sequence: number,
  time: number,
  shard = shardOf(chainUid),
): string {
  const day = new Date(time).toISOString().slice(0, 10);
  return `v1/${shard}/dt=${day}/${chainUid}/${String(sequence).padStart(12, '0')}.json`;
}

/** Two hex digits, the same for all records of a chain. */
export function shardOf(chainUid: string): string {
  return hash('sha256', chainUid, 'hex').slice(0, 2);
}

function toFingerprint(value: string): { algorithm: 'SHA-256'; algorithm_id: 3; value: string } {
  return { algorithm: 'SHA-256', algorithm_id: 3, value };
}
