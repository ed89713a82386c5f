import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { credentialOf } from './record-filter.ts';

export interface CallerFigures {
  vends: number;
  refusals: number;
}

/** A bar of the chart of issuance. */
export interface Period {
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly vendsByTeam: ReadonlyMap<string, number>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_BARS = 72;

/**
 * The figures of the report, counted record by record. Memory grows only with the number of hours,
 * teams, callers and reasons.
 */
export class ReportFigures {
  readonly #hours = new Map<number, Map<string, number>>();
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
    if (record.status_id === 2) this.#addRefusal(record);
  }

  /** Tokens that were issued without a request to the authorization server. */
  get saved(): number {
    return Math.max(0, this.vends - this.mints);
  }

  /** Vends by hour, or by day if hours are too many bars. Empty periods are included. */
  periods(): Period[] {
    const hours = [...this.#hours.keys()].sort((a, b) => a - b);
    const [first, last] = [hours[0], hours.at(-1)];
    if (first === undefined || last === undefined) return [];
    const length = (last - first) / HOUR < MOST_BARS ? HOUR : DAY;
    const periods: Period[] = [];
    for (let start = Math.floor(first / length) * length; start <= last; start += length)
      periods.push({ start, vendsByTeam: this.#vendsBetween(start, start + length) });
    return periods;
  }

  #addVend(record: AuditRecord): void {
    const team = (credentialOf(record) ?? '?').split('/')[0] as string;
    this.vends += 1;
    count(this.teams, team);
    const hour = Math.floor(record.time / HOUR) * HOUR;
    count(
      getOrMake(this.#hours, hour, () => new Map<string, number>()),
      team,
    );
    this.#callerOf(record).vends += 1;
    for (const [stage, milliseconds] of Object.entries(record.unmapped.stages ?? {}))
      getOrMake(this.stages, stage, () => new LatencyHistogram()).add(milliseconds);
  }

  #addRefusal(record: AuditRecord): void {
    const policies = record.actor.authorizations
      ?.filter(({ decision }) => decision === 'deny')
      .map(({ policy }) => policy.uid);
    const by = policies?.length ? ` (${policies.join(', ')})` : '';
    count(this.refusals, `${record.status_code}${by}`);
    this.#callerOf(record).refusals += 1;
  }

  #callerOf({ actor }: AuditRecord): CallerFigures {
    const name = actor.user?.uid ?? 'unidentified';
    return getOrMake(this.callers, name, () => ({ vends: 0, refusals: 0 }));
  }

  #vendsBetween(start: number, end: number): Map<string, number> {
    const vends = new Map<string, number>();
    for (let hour = start; hour < end; hour += HOUR)
      for (const [team, number] of this.#hours.get(hour) ?? [])
        vends.set(team, (vends.get(team) ?? 0) + number);
    return vends;
  }
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
