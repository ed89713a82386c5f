/**
 * Port: where the objects of the log are kept. Append-only: an object is created once and never changed.
 *
 * @throws VendError `audit_unavailable` from `create` if the object is not safely stored, or another one has its key
 */
export interface AuditStore {
  /**
   * Creates an object. Repeating it with the same bytes succeeds, because a response can be lost after the object was stored.
   */
  create(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
}
