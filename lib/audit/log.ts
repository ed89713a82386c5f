import type { AuditEvent } from './event.ts';

/**
 * Port: the append-only log. Appends of one process are kept in order.
 *
 * @throws VendError `audit_unavailable` from `append` if the record is not stored; the caller must
 *   not continue then
 */
export interface AuditLog {
  append(event: AuditEvent): Promise<void>;
}
