import { INTENT_KNOWN_FOR } from '../time/time-budget.ts';
import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

const PRUNE_AT = 1_000;

/**
 * Verifies that every revocation of a chain that went to the authorization server was announced. A
 * token of another credential is not sent, so it needs no announcement.
 */
export class RevocationVerifier {
  /** Announced revocations, with the time of their intent. */
  readonly #announced = new Map<string, number>();

  /**
   * @param expiredBefore the records of the chain before this time may have expired; milliseconds
   *   since the Unix epoch
   */
  verify(record: AuditRecord, expiredBefore: number, report: ReportBreak): void {
    const { metadata, time, unmapped } = record;
    const kind = metadata.event_code;
    const key = keyOf(record);
    if (kind === 'revocation-intent') this.#announced.set(key, time);
    const wasSent = kind === 'revocation' && unmapped.upstream !== 'other_credential';
    const mayBeGone = time - INTENT_KNOWN_FOR < expiredBefore;
    if (wasSent && !this.#announced.delete(key) && !mayBeGone)
      report('revocation-without-intent', `revocation ${key} has no intent record`);
    if (this.#announced.size > PRUNE_AT)
      for (const [id, at] of this.#announced)
        if (at < time - INTENT_KNOWN_FOR) this.#announced.delete(id);
  }
}

/** The request, and the SHA-256 of the token. */
function keyOf({ metadata, resources }: AuditRecord): string {
  const token = resources.find(({ type }) => type === 'oauth2.access_token');
  return `${metadata.correlation_uid} of ${token?.uid}`;
}
