import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { UnchainedRecord } from './audit-record.ts';
import type { AuditRecord } from './audit-record-schema.ts';

/** A record's place in its chain. */
export interface ChainPosition {
  /** UUIDv7 of the chain: one process, one chain. */
  readonly chainUid: string;
  /** From 0. */
  readonly sequence: number;
  /** Fingerprint of the record before; absent for the first. */
  readonly previous: string | undefined;
}

/** A record as it is stored, byte for byte. */
export interface SealedRecord {
  readonly record: AuditRecord;
  readonly key: string;
  /** RFC 8785 canonical JSON, UTF-8, and nothing else. */
  readonly bytes: Uint8Array;
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
  { chainUid, sequence, previous }: ChainPosition,
  uid: string,
  productVersion: string,
): SealedRecord {
  const { kind, correlationUid, unmapped, ...rest } = unchained;
  const metadata = {
    version: '1.8.0' as const,
    uid,
    sequence,
    ...(correlationUid === undefined ? {} : { correlation_uid: correlationUid }),
    event_code: kind,
    product: { name: 'token-vending' as const, version: productVersion },
    profiles: ['cloud'] as ['cloud'],
  };
  const attestation = {
    chain_uid: chainUid,
    ...(previous === undefined ? {} : { prev_event: { fingerprint: toFingerprint(previous) } }),
  };
  const unsealed = { ...rest, metadata, unmapped: { ...unmapped, attestation } };
  const hashed = canonical(unsealed);
  const fingerprint = sha256Hex(hashed);
  const record: AuditRecord = {
    ...unsealed,
    unmapped: {
      ...unmapped,
      attestation: { ...attestation, fingerprint: toFingerprint(fingerprint) },
    },
  };
  return {
    record,
    key: recordKey(chainUid, sequence, record.time),
    bytes: new TextEncoder().encode(insertFingerprint(hashed, chainUid, fingerprint)),
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
  const member = `,"fingerprint":${canonical(toFingerprint(fingerprint))}`;
  return hashed.slice(0, at) + member + hashed.slice(at);
}

/** The fingerprint that a record must carry. */
export function fingerprintOf(record: AuditRecord): string {
  const { fingerprint: _, ...attestation } = record.unmapped.attestation;
  return sha256Hex(canonical({ ...record, unmapped: { ...record.unmapped, attestation } }));
}

/** RFC 8785 (JSON Canonicalization Scheme). */
export function canonical(value: object): string {
  return canonicalize(value) as string;
}

/**
 * Where a record is stored: `v1/<shard>/dt=<UTC day>/<chain>/<sequence>.json`. Shards spread the load over S3's
 * partitions; keys of one chain and day sort by sequence.
 */
export function recordKey(chainUid: string, sequence: number, time: number): string {
  const shard = sha256Hex(chainUid).slice(0, 2);
  const day = new Date(time).toISOString().slice(0, 10);
  return `v1/${shard}/dt=${day}/${chainUid}/${String(sequence).padStart(12, '0')}.json`;
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function toFingerprint(value: string): { algorithm: 'SHA-256'; algorithm_id: 3; value: string } {
  return { algorithm: 'SHA-256', algorithm_id: 3, value };
}
