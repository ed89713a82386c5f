/**
 * Time, random numbers and identifiers. They are injected, so that a test can simulate a week in a
 * second and repeat every jitter.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `callback` once after `milliseconds`; returns its cancellation. Until then the timer
   * keeps the process alive: Lambda's runtime ends a process that nothing keeps alive, even if a
   * request waits for a retry.
   */
  startTimer(milliseconds: number, callback: () => void): () => void;
  /** A number in [0, 1), for jitter; not for secrets. */
  random(): number;
  /** A UUIDv7 (RFC 9562): sortable by time, unique without coordination. */
  uuid(): string;
}
