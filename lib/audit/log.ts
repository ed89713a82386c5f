import type { AuditEvent } from './event.ts';

/**
 * Port: the append-only log. Appends of one process are kept in order.
 *
 * @throws VendError `audit_unavailable` from `append` if the record is not safely stored; the caller must then not go on
 */
export interface AuditLog {
  append(event: AuditEvent): Promise<void>;
}
