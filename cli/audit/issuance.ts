/** A bar of the chart of issuance. */
export interface Period {
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly vendsByTeam: ReadonlyMap<string, number>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_HOURS = 72;
const MOST_BARS = 366;
// A year of days of 130 teams.
const MOST_COUNTS = 50_000;

/**
 * Counts vends by team and time: by hour; if that makes more than 50,000 numbers, by day, then by
 * twice as many days each time. So no time in a record makes it large.
 */
export class Issuance {
  #length = HOUR;
  #slots = new Map<number, Map<string, number>>();
  #counts = 0;

  /** @param time milliseconds since the Unix epoch */
  add(time: number, team: string): void {
    this.#add(time, team, 1);
    while (this.#counts > MOST_COUNTS) this.#coarsen();
  }

  /**
   * By hour, or by day if hours are too many bars, or by several days if days are. Empty periods
   * are included.
   */
  periods(): Period[] {
    const starts = [...this.#slots.keys()].sort((a, b) => a - b);
    const [first, last] = [starts[0], starts.at(-1)];
    if (first === undefined || last === undefined) return [];
    const length = Math.ceil(lengthOf(last - first) / this.#length) * this.#length;
    const bars = new Map<number, Map<string, number>>();
    for (let start = Math.floor(first / length) * length; start <= last; start += length)
      bars.set(start, new Map());
    for (const [slot, vends] of this.#slots)
      for (const [team, number] of vends)
        addTo(bars, Math.floor(slot / length) * length, team, number);
    return [...bars].map(([start, vendsByTeam]) => ({ start, vendsByTeam }));
  }

  #add(time: number, team: string, number: number): void {
    const isNew = addTo(this.#slots, Math.floor(time / this.#length) * this.#length, team, number);
    if (isNew) this.#counts += 1;
  }

  #coarsen(): void {
    const finer = this.#slots;
    this.#length = this.#length === HOUR ? DAY : 2 * this.#length;
    this.#slots = new Map();
    this.#counts = 0;
    for (const [slot, vends] of finer)
      for (const [team, number] of vends) this.#add(slot, team, number);
  }
}

function lengthOf(span: number): number {
  return span / HOUR < MOST_HOURS ? HOUR : DAY * Math.ceil((span + DAY) / DAY / MOST_BARS);
}

function addTo(
  slots: Map<number, Map<string, number>>,
  start: number,
  team: string,
  number: number,
): boolean {
  const vends = slots.get(start) ?? new Map<string, number>();
  const before = vends.get(team);
  slots.set(start, vends.set(team, (before ?? 0) + number));
  return before === undefined;
}
