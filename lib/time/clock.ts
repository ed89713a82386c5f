/**
 * Time, chance and identifiers, injected: the core has no clock of its own, so that a test can
 * drive a week in a second and replay every jitter.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `callback` once after `milliseconds`; returns its cancellation. Until then the timer keeps the process alive:
   * Lambda's runtime ends a process in which nothing does, in the middle of a request that waits for a retry.
   */
  startTimer(milliseconds: number, callback: () => void): () => void;
  /** A number in [0, 1), for jitter; not for secrets. */
  random(): number;
  /** A UUIDv7 (RFC 9562): sortable by time, unique without coordination. */
  uuid(): string;
}
