/**
 * Port: where records are kept. Append-only: an object is created once and never changed.
 *
 * @throws VendError `audit_unavailable` from `create` where the object is not safely stored, or another one has its key
 */
export interface AuditStore {
  /**
   * Creates an object. Repeating it with the same bytes succeeds: an answer may be lost after the work was done.
   */
  create(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
}
