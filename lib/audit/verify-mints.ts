import { hash } from 'node:crypto';
import { BoundedMap } from '../time/bounded-map.ts';
import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';
import { timeOfUuid } from './uuid-time.ts';

// A process keeps far fewer tokens, and the records of a chain stand close together in a log.
const MOST_MINTS = 50_000;

/** SHA-256 of the facts of a mint that each vend of it must have. The texts can be long. */
interface MintFacts {
  readonly token: string | undefined;
  readonly credential: string | undefined;
  readonly scope: string | undefined;
}

/**
 * Verifies that every mint was announced in its chain for the same credential, and that every vend
 * is of a mint of its chain, with the token, credential and scope of that mint. Keeps the 50,000
 * intents and the 50,000 mints that were named last.
 */
export class MintVerifier {
  /** SHA-256 of the credentials of announced mints. */
  readonly #announced = new BoundedMap<string, string | undefined>(MOST_MINTS);
  readonly #minted = new BoundedMap<string, MintFacts>(MOST_MINTS);

  /**
   * @param expiredBefore the records of the chain before this time may have expired; milliseconds
   *   since the Unix epoch
   */
  verify(record: AuditRecord, expiredBefore: number, report: ReportBreak): void {
    const { mint_id: mintId = '', attestation } = record.unmapped;
    const key = `${attestation.chain_uid} ${mintId}`;
    const facts = factsOf(record);
    const mayBeGone = timeOfUuid(mintId) < expiredBefore;
    switch (record.metadata.event_code) {
      case 'mint-intent':
        this.#announced.set(key, facts.credential);
        break;
      case 'mint': {
        const announced = this.#announced.get(key);
        if (!this.#announced.delete(key)) {
          if (!mayBeGone) report('mint-without-intent', `mint ${mintId} has no intent record`);
        } else if (announced !== facts.credential)
          report('mint-without-intent', `mint ${mintId} was announced for another credential`);
        this.#minted.set(key, facts);
        break;
      }
      case 'vend':
        this.#verifyVend(key, facts, mayBeGone, (kind, message) =>
          report(kind, `mint ${mintId} of this vend ${message}`),
        );
        break;
      default:
    }
  }

  #verifyVend(key: string, vend: MintFacts, mayBeGone: boolean, report: ReportBreak): void {
    const mint = this.#minted.get(key);
    if (mint === undefined) {
      if (!mayBeGone) report('vend-without-mint', 'has no record');
      return;
    }
    // A mint that is still vended is not the next one to be forgotten.
    this.#minted.set(key, mint);
    for (const fact of ['token', 'credential', 'scope'] as const)
      if (mint[fact] === undefined || mint[fact] !== vend[fact])
        report('vend-differs-from-mint', `has another ${fact}`);
  }
}

function factsOf({ resources }: AuditRecord): MintFacts {
  let token: string | undefined;
  let credential: string | undefined;
  let scope: readonly string[] | undefined;
  for (const resource of resources) {
    if (resource.type === 'oauth2.client') credential = resource.uid;
    else ({ sha256: token, scope_granted: scope } = resource.data);
  }
  return { token, credential: digestOf(credential), scope: digestOf(scope) };
}

function digestOf(value: unknown): string | undefined {
  return value === undefined ? undefined : hash('sha256', JSON.stringify(value), 'base64');
}
