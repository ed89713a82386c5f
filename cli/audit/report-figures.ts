import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { shortText } from '../../lib/audit/short-text.ts';
import { Issuance } from './issuance.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { credentialOf } from './record-filter.ts';

export interface CallerFigures {
  vends: number;
  refusals: number;
}

/** The stages of the report, in the order of the flow. Records may have others. */
export const STAGES = ['policy', 'secret', 'metadata', 'token', 'verify', 'audit', 'total'];

const MOST_NAMES = 10_000;
const LONGEST_NAME = 200;
const OTHERS = 'others';

/**
 * The figures of the report, counted record by record. Beyond 10,000 teams, callers or reasons, the
 * others are counted together.
 */
export class ReportFigures {
  readonly issuance = new Issuance();
  readonly refusals = new Map<string, number>();
  readonly callers = new Map<string, CallerFigures>();
  readonly stages = new Map<string, LatencyHistogram>();
  readonly teams = new Map<string, number>();
  vends = 0;
  mints = 0;

  add(record: AuditRecord): void {
    const { event_code: kind } = record.metadata;
    if (kind === 'mint') this.mints += 1;
    if (kind === 'vend') this.#addVend(record);
    // A step of a rotation has no caller who was refused.
    if (record.status_id === 2 && kind !== 'rotation') this.#addRefusal(record);
  }

  /** Tokens that were issued without a request to the authorization server. */
  get saved(): number {
    return Math.max(0, this.vends - this.mints);
  }

  #addVend(record: AuditRecord): void {
    const team = nameIn(this.teams, (credentialOf(record) ?? '?').split('/')[0] as string);
    this.vends += 1;
    count(this.teams, team);
    this.issuance.add(record.time, team);
    this.#callerOf(record).vends += 1;
    const { stages = {} } = record.unmapped;
    for (const stage of STAGES) {
      const milliseconds = stages[stage];
      if (milliseconds === undefined) continue;
      getOrMake(this.stages, stage, () => new LatencyHistogram()).add(milliseconds);
    }
  }

  #addRefusal(record: AuditRecord): void {
    const policies = record.actor.authorizations
      ?.filter(({ decision }) => decision === 'deny')
      .map(({ policy }) => policy.uid);
    const by = policies?.length ? ` (${policies.join(', ')})` : '';
    count(this.refusals, nameIn(this.refusals, `${record.status_code}${by}`));
    this.#callerOf(record).refusals += 1;
  }

  #callerOf({ actor }: AuditRecord): CallerFigures {
    const name = nameIn(this.callers, actor.user?.uid ?? 'unidentified');
    return getOrMake(this.callers, name, () => ({ vends: 0, refusals: 0 }));
  }
}

// Whoever can add records chooses the names in them.
function nameIn(known: ReadonlyMap<string, unknown>, given: string): string {
  const name = shortText(given, LONGEST_NAME);
  return known.has(name) || known.size < MOST_NAMES ? name : OTHERS;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}
