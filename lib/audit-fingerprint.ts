import canonicalize from 'canonicalize';
import type { AuditRecord } from './audit-record-schema.ts';
import { sha256Hex } from './sha256.ts';

/**
 * The canonical form in which a record must stand (RFC 8785), by another implementation than the one that writes records.
 */
export function canonicalForm(record: object): string {
  return canonicalize(record) as string;
}

/** The fingerprint that a record must carry: SHA-256 (hex) of its canonical form without the fingerprint itself. */
export function fingerprintOf(record: AuditRecord): string {
  const { fingerprint: _, ...attestation } = record.unmapped.attestation;
  return sha256Hex(canonicalForm({ ...record, unmapped: { ...record.unmapped, attestation } }));
}
