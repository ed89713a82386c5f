import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

const ALLOWED: ReadonlySet<string> = new Set([
  'mint-intent',
  'mint',
  'vend',
  'registration-intent',
  'registration',
]);

/** Verifies that policy allowed each token request, mint and vend, and each change of a credential. */
export function verifyDecision({ metadata, actor }: AuditRecord, report: ReportBreak): void {
  if (!ALLOWED.has(metadata.event_code)) return;
  const decisions = actor.authorizations ?? [];
  if (decisions.length === 0 || decisions.some(({ decision }) => decision !== 'allow'))
    report('not-allowed', 'no policy allowed it, as the record says itself');
}
