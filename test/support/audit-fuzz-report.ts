/** A record is changed and the rest of its chain hashed again. Only an anchor shows it. */
export const REHASHED = 'rehashed chain';

export interface FuzzReport {
  /** Mutated records by mutation. */
  readonly made: Readonly<Record<string, number>>;
  readonly missed: readonly string[];
  readonly megabytes: number;
  readonly pageBytes: number;
  readonly lines: number;
}
