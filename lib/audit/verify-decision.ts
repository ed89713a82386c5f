import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

const ISSUING: ReadonlySet<string> = new Set(['mint-intent', 'mint', 'vend']);

/** Verifies that policy allowed each token request, each mint and each vend. */
export function verifyDecision({ metadata, actor }: AuditRecord, report: ReportBreak): void {
  if (!ISSUING.has(metadata.event_code)) return;
  const decisions = actor.authorizations ?? [];
  if (decisions.length === 0 || decisions.some(({ decision }) => decision !== 'allow'))
    report('not-allowed', 'no policy allowed it, as the record says itself');
}
