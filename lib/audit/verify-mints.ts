import { INTENT_KNOWN_FOR } from '../time/time-budget.ts';
import type { ReportBreak } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

const PRUNE_AT = 1_000;

/**
 * Verifies that every mint of a chain was announced and that every vend is of a recorded mint.
 * Keeps the mints whose tokens still live.
 */
export class MintVerifier {
  /** Announced mints, with the time of their intent. */
  readonly #announced = new Map<string, number>();
  /** Mints, with the end of their token. */
  readonly #minted = new Map<string, number>();

  verify({ metadata, time, unmapped, resources }: AuditRecord, report: ReportBreak): void {
    const { mint_id: mintId = '' } = unmapped;
    const kind = metadata.event_code;
    if (kind === 'mint-intent') this.#announced.set(mintId, time);
    if (kind === 'mint') {
      if (!this.#announced.delete(mintId))
        report('mint-without-intent', `mint ${mintId} has no intent record`);
      this.#minted.set(mintId, endOf(resources));
    }
    if (kind === 'vend' && !this.#minted.has(mintId))
      report('vend-without-mint', `mint ${mintId} of this vend has no record`);
    if (this.#minted.size > PRUNE_AT) prune(this.#minted, time);
    if (this.#announced.size > PRUNE_AT) prune(this.#announced, time - INTENT_KNOWN_FOR);
  }
}

// Milliseconds since the Unix epoch at which the token expires.
function endOf(resources: AuditRecord['resources']): number {
  for (const resource of resources)
    if (resource.type === 'oauth2.access_token' && resource.data.exp !== undefined)
      return resource.data.exp * 1000;
  return Number.POSITIVE_INFINITY;
}

function prune(times: Map<string, number>, before: number): void {
  for (const [id, time] of times) if (time < before) times.delete(id);
}
