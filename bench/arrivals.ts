import { seededRandom } from './seeded-random.ts';

/** One caller asking for one team's token. */
export interface Arrival {
  readonly team: number;
  /** Milliseconds since the start. */
  readonly at: number;
}

/**
 * Requests of many teams, independent of each other (Poisson), the teams in Zipf's proportion: the second asks half as
 * often as the first, the third a third.
 *
 * @param count of requests in all
 * @param duration milliseconds in which they come
 * @returns in the order of time
 */
export function zipfArrivals(teams: number, count: number, duration: number): Arrival[] {
  const random = seededRandom(7);
  const weights = Array.from({ length: teams }, (_, rank) => 1 / (rank + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pick = (): number => {
    let left = random() * total;
    const team = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return team < 0 ? teams - 1 : team;
  };
  return Array.from({ length: count }, () => ({ team: pick(), at: random() * duration })).sort(
    (a, b) => a.at - b.at,
  );
}

/**
 * How often a cache must mint that knows the future of each token but not of its callers, handing out nothing that
 * lives less than `margin`: the least that is possible on demand.
 *
 * @param lifetime and `margin` in milliseconds
 */
export function leastMints(arrivals: readonly Arrival[], lifetime: number, margin: number): number {
  const usableUntil = new Map<number, number>();
  let mints = 0;
  for (const { team, at } of arrivals) {
    if (at <= (usableUntil.get(team) ?? Number.NEGATIVE_INFINITY)) continue;
    usableUntil.set(team, at + lifetime - margin);
    mints += 1;
  }
  return mints;
}
