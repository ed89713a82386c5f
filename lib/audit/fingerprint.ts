import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditRecord } from './record-schema.ts';

/**
 * The canonical form in which a record must stand (RFC 8785), by another implementation than the one that writes records.
 */
export function canonicalForm(record: object): string {
  return canonicalize(record) as string;
}

/** The fingerprint that a record must carry: SHA-256 (hex) of its canonical form without the fingerprint itself. */
export function fingerprintOf(record: AuditRecord): string {
  const { fingerprint: _, ...attestation } = record.unmapped.attestation;
  return hash(
    'sha256',
    canonicalForm({ ...record, unmapped: { ...record.unmapped, attestation } }),
    'hex',
  );
}
