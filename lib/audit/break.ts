/** What may be wrong with a chain; docs/audit.md says what each means. */
export const auditBreakKinds = [
  'unreadable',
  'altered',
  'outside-schema',
  'misplaced',
  'gap',
  'duplicate',
  'broken-link',
  'no-genesis',
  'mint-without-intent',
  'vend-without-mint',
  'truncated',
] as const;

export type AuditBreakKind = (typeof auditBreakKinds)[number];

/** The first thing that is wrong in a chain. */
export interface AuditBreak {
  readonly kind: AuditBreakKind;
  /** Chain as its key names it; the whole key if it names none. */
  readonly chain: string;
  /** Of the object. */
  readonly key: string;
  /** What is wrong, for people. */
  readonly message: string;
}

/** Reports what is wrong with a record; of a chain, the first report counts. */
export type ReportBreak = (kind: AuditBreakKind, message: string) => void;
