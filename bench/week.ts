// A week of 50 teams in simulated time: how many tokens are minted for a thousand that are handed over.
import { leastMints, zipfArrivals } from './arrivals.ts';
import { exactly, type GroupOptions, type GroupResult } from './figure.ts';
import { simulate } from './simulation.ts';

const TEAMS = 50;
const DAY = 86_400_000;
const LIFETIME = 3_600_000;
const MIN_TTL = 60_000;
const VENDS_A_DAY = 14_000;

export async function benchWeek({ quick }: GroupOptions): Promise<GroupResult> {
  const days = quick ? 2 : 7;
  const vends = VENDS_A_DAY * days;
  const arrivals = zipfArrivals(TEAMS, vends, days * DAY);
  const { mints, outcomes } = await simulate({ arrivals, lifetime: LIFETIME });
  const least = leastMints(arrivals, LIFETIME, MIN_TTL);
  const untilExpiry = leastMints(arrivals, LIFETIME, 0);
  const perThousand = (count: number) => (count * 1_000) / vends;
  const served = outcomes.filter(({ status }) => status === 200).length;
  return {
    group: 'week',
    title: `${days} days of ${TEAMS} teams, tokens of one hour, ${vends.toLocaleString('en-US')} vends`,
    figures: [
      exactly('no-cache', 'mints without a cache', 'per 1,000', 1_000),
      exactly('mints', 'mints of token vending', 'per 1,000', perThousand(mints)),
      exactly('least', 'least mints with min_ttl kept', 'per 1,000', perThousand(least)),
      exactly('naive', 'mints of a cache until expiry', 'per 1,000', perThousand(untilExpiry)),
      exactly(
        'naive-short',
        'of its tokens live less than min_ttl',
        'per 1,000',
        perThousand(shortLived(arrivals)),
      ),
      exactly('over-least', 'mints over the least possible', 'x', mints / least),
      exactly('served', 'vends served', '%', (served / vends) * 100),
    ],
    notes: ['Simulated clock, seeded arrivals: the same on every machine.'],
  };
}

/** How many tokens a cache hands out that live less than `min_ttl`, where it keeps each until it expires. */
function shortLived(arrivals: readonly { team: number; at: number }[]): number {
  const expiries = new Map<number, number>();
  let short = 0;
  for (const { team, at } of arrivals) {
    const expiry = expiries.get(team) ?? Number.NEGATIVE_INFINITY;
    if (at >= expiry) expiries.set(team, at + LIFETIME);
    else if (expiry - at < MIN_TTL) short += 1;
  }
  return short;
}
