/**
 * Port: the store of the objects of the log. Append-only: an object is created once and never
 * changed.
 *
 * @throws VendError `audit_unavailable` from `create` if the object is not stored, or another
 *   object has its key
 */
export interface AuditStore {
  /**
   * Creates an object. Repeating it with the same bytes succeeds, because a response can be lost after the object was stored.
   */
  create(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
}
