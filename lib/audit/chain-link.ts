import { hash } from 'node:crypto';
import { canonicalForm, hashOf, type UnsealedRecord } from './fingerprint.ts';
import type { UnchainedRecord } from './record.ts';
import type { AuditRecord } from './record-schema.ts';

/** A record's place in its chain. */
export interface ChainPosition {
  /** UUIDv7 of the chain. Each process has one chain. */
  readonly chainUid: string;
  /** From 0. */
  readonly sequence: number;
  /** Fingerprint of the previous record; absent for the first. */
  readonly previous: string | undefined;
}

/** A record as it is stored. */
export interface SealedRecord {
  readonly key: string;
  /** RFC 8785 canonical JSON. */
  readonly text: string;
  /** SHA-256 in hex. */
  readonly fingerprint: string;
}

/**
 * Gives a record its place in a chain and seals it: the fingerprint covers everything except
 * itself, including the fingerprint of the previous record.
 *
 * @param uid UUIDv7 of the record
 * @param productVersion version of the function's code
 */
export function sealRecord(
  unchained: UnchainedRecord,
  { chainUid, sequence, previous }: ChainPosition,
  uid: string,
  productVersion: string,
): SealedRecord {
  const attestation = {
    chain_uid: chainUid,
    prev_event: previous === undefined ? undefined : { fingerprint: toFingerprint(previous) },
  };
  const unsealed: UnsealedRecord = {
    ...unchained,
    metadata: {
      ...unchained.metadata,
      version: '1.8.0',
      uid,
      sequence,
      product: { name: 'token-vending', version: productVersion },
      profiles: ['cloud'],
    },
    unmapped: { ...unchained.unmapped, attestation },
  };
  const fingerprint = hashOf(unsealed);
  const sealed: AuditRecord = {
    ...unsealed,
    unmapped: {
      ...unsealed.unmapped,
      attestation: { ...attestation, fingerprint: toFingerprint(fingerprint) },
    },
  };
  return {
    key: recordKey(chainUid, sequence, unchained.time),
    text: canonicalForm(sealed),
    fingerprint,
  };
}

/**
 * Where a record is stored: `v1/<shard>/dt=<UTC day>/<chain>/<sequence>.json`. Shards spread the load over S3's
 * partitions; keys of one chain and day sort by sequence.
 *
 * @param time milliseconds since the Unix epoch
 */
export function recordKey(chainUid: string, sequence: number, time: number): string {
  const day = new Date(time).toISOString().slice(0, 10);
  return `v1/${shardOf(chainUid)}/dt=${day}/${chainUid}/${String(sequence).padStart(12, '0')}.json`;
}

const KEY =
  /^v1\/[0-9a-f]{2}\/dt=\d{4}-\d{2}-\d{2}\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{12})\.json$/;

/** The chain and the number that a key names, or `undefined` if no record has such a key. */
export function readRecordKey(
  key: string,
): Pick<ChainPosition, 'chainUid' | 'sequence'> | undefined {
  const [, chainUid, digits] = KEY.exec(key) ?? [];
  return chainUid === undefined ? undefined : { chainUid, sequence: Number(digits) };
}

// Two hex digits, the same for all records of a chain.
function shardOf(chainUid: string): string {
  return hash('sha256', chainUid, 'hex').slice(0, 2);
}

function toFingerprint(value: string): { algorithm: 'SHA-256'; algorithm_id: 3; value: string } {
  return { algorithm: 'SHA-256', algorithm_id: 3, value };
}
