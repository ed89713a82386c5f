import type { AuditBreak } from './break.ts';

/** What a verification found. */
export interface AuditVerification {
  readonly records: number;
  /** Records, and objects as a whole, that cannot be read. */
  readonly unreadable: number;
  readonly chains: number;
  /** Chains of which records are missing that can have expired. */
  readonly expired: number;
  /** The first break of each chain, and objects that belong to no chain: at most 1,000 of them. */
  readonly breaks: readonly AuditBreak[];
  readonly unlistedBreaks: number;
  /** Records by `metadata.event_code`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Milliseconds since the Unix epoch; absent if there is no record. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}
