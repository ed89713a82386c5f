import { hash } from 'node:crypto';
import { BoundedMap } from '../time/bounded-map.ts';
import { INTENT_KNOWN_FOR } from '../time/time-budget.ts';
import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

// As for mints: the records of a chain stand close together in a log.
const MOST_INTENTS = 50_000;

/** What is announced, besides mints. */
const ANNOUNCED = ['revocation', 'registration', 'rotation'] as const;
type Announced = (typeof ANNOUNCED)[number];

/**
 * Verifies that every revocation of a chain that went to the authorization server, every change of a
 * credential and every step of a rotation was announced, with the same facts. Keeps the 50,000
 * intents of each of the three that came last.
 */
export class AnnouncementVerifier {
  readonly #intents: Readonly<Record<Announced, BoundedMap<string, true>>> = {
    revocation: new BoundedMap(MOST_INTENTS),
    registration: new BoundedMap(MOST_INTENTS),
    rotation: new BoundedMap(MOST_INTENTS),
  };

  /**
   * @param expiredBefore the records of the chain before this time may have expired; milliseconds
   *   since the Unix epoch
   */
  verify(record: AuditRecord, expiredBefore: number, report: ReportBreak): void {
    const code = record.metadata.event_code;
    const kind = ANNOUNCED.find((one) => code === one || code === `${one}-intent`);
    if (kind === undefined) return;
    const intents = this.#intents[kind];
    const key = keyOf(record, kind);
    if (code !== kind) {
      intents.set(key, true);
      return;
    }
    if (!needsIntent(record)) return;
    const mayBeGone = record.time - INTENT_KNOWN_FOR < expiredBefore;
    if (!intents.delete(key) && !mayBeGone)
      report(`${kind}-without-intent`, `the ${kind} has no intent record`);
  }
}

/**
 * A token of another credential is not sent to be revoked. A registration that leaves the version as
 * it was is a test, or a change that changes nothing.
 */
function needsIntent({ unmapped: { upstream, registration } }: AuditRecord): boolean {
  if (upstream === 'other_credential') return false;
  const { version_before: before, version_after: after } = registration ?? {};
  return before === undefined || before !== after;
}

/** The chain, the request and the credential, and the facts that the intent and the record share. */
function keyOf(record: AuditRecord, kind: Announced): string {
  const { metadata, activity_id, resources, unmapped } = record;
  const client = resources.find(({ type }) => type === 'oauth2.client');
  const token = resources.find(({ type }) => type === 'oauth2.access_token');
  const facts = {
    revocation: () => [token?.uid],
    registration: () => [activity_id, unmapped.registration],
    rotation: () => [unmapped.recipe, unmapped.rotation_step, client?.data],
  }[kind];
  const place = [unmapped.attestation.chain_uid, metadata.correlation_uid, client?.uid];
  return hash('sha256', JSON.stringify([...place, ...facts()]), 'base64');
}
