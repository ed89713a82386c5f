import { hash } from 'node:crypto';
import { BoundedMap } from '../time/bounded-map.ts';
import { INTENT_KNOWN_FOR } from '../time/time-budget.ts';
import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

// As for mints: the records of a chain stand close together in a log.
const MOST_INTENTS = 50_000;

/**
 * Verifies that every revocation of a chain that went to the authorization server was announced. A
 * token of another credential is not sent, so it needs no announcement.
 */
export class RevocationVerifier {
  readonly #announced = new BoundedMap<string, true>(MOST_INTENTS);

  /**
   * @param expiredBefore the records of the chain before this time may have expired; milliseconds
   *   since the Unix epoch
   */
  verify(record: AuditRecord, expiredBefore: number, report: ReportBreak): void {
    const { metadata, time, unmapped } = record;
    const kind = metadata.event_code;
    if (kind === 'revocation-intent') this.#announced.set(keyOf(record), true);
    const wasSent = kind === 'revocation' && unmapped.upstream !== 'other_credential';
    if (!wasSent) return;
    const mayBeGone = time - INTENT_KNOWN_FOR < expiredBefore;
    if (!this.#announced.delete(keyOf(record)) && !mayBeGone)
      report('revocation-without-intent', 'the revocation has no intent record');
  }
}

/** The chain and the request, and the SHA-256 of the token. */
function keyOf({ metadata, resources, unmapped }: AuditRecord): string {
  const token = resources.find(({ type }) => type === 'oauth2.access_token');
  const parts = [unmapped.attestation.chain_uid, metadata.correlation_uid, token?.uid];
  return hash('sha256', JSON.stringify(parts), 'base64');
}
