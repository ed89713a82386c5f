import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditRecord } from './record-schema.ts';

/** A record without its own fingerprint. The fingerprint is the hash of this. */
export type UnsealedRecord = Omit<AuditRecord, 'unmapped'> & {
  readonly unmapped: Omit<AuditRecord['unmapped'], 'attestation'> & {
    readonly attestation: Omit<AuditRecord['unmapped']['attestation'], 'fingerprint'>;
  };
};

/**
 * The canonical JSON of a record or an anchor (RFC 8785). Members that are `undefined` are left
 * out.
 *
 * @throws Error if a string contains a lone surrogate
 */
export function canonicalForm(value: object): string {
  // The library's type allows for values that JSON has no form of; an object has one.
  return canonicalize(value) as string;
}

/** SHA-256 (hex) of the canonical form. */
export function hashOf(record: UnsealedRecord): string {
  return hash('sha256', canonicalForm(record), 'hex');
}

/** The fingerprint that a stored record must have, computed from its other members. */
export function fingerprintOf(record: AuditRecord): string {
  const { fingerprint: _, ...attestation } = record.unmapped.attestation;
  return hashOf({ ...record, unmapped: { ...record.unmapped, attestation } });
}
