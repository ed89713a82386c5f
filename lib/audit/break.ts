/** The kinds of breaks of a chain. docs/audit.md says what each means. */
export const auditBreakKinds = [
  'unreadable',
  'altered',
  'outside-schema',
  'misplaced',
  'gap',
  'duplicate',
  'broken-link',
  'no-genesis',
  'time-reversed',
  'not-allowed',
  'mint-without-intent',
  'vend-without-mint',
  'vend-differs-from-mint',
  'revocation-without-intent',
  'registration-without-intent',
  'rotation-without-intent',
  'truncated',
  'differs-from-anchor',
  'anchor-invalid',
  'anchor-missing',
] as const;

export type AuditBreakKind = (typeof auditBreakKinds)[number];

/** The first break of a chain. */
export interface AuditBreak {
  readonly kind: AuditBreakKind;
  /** The chain in the key of the object; the whole key if it names no chain. */
  readonly chain: string;
  /** Key of the object. */
  readonly key: string;
  /** The break, in words. */
  readonly message: string;
}

/** Reports a break at a record. Only the first report of a chain counts. */
export type ReportBreak = (kind: AuditBreakKind, message: string) => void;
