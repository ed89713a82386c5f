import { CLOCK_SKEW_TOLERATED, CLOCK_SKEW_UNNOTICED } from '../../lib/time/time-budget.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, failed, notRun, passed } from './finding.ts';

/**
 * Compares the clock of this machine with the clock of AWS. AWS rejects signatures with an old
 * time.
 */
export async function checkClock({ unsigned }: Evidence): Promise<Finding> {
  const { response, arrivedAt } = await unsigned();
  const skew = Date.parse(response.headers['date'] ?? '') - arrivedAt;
  if (Number.isNaN(skew)) return notRun('the response has no Date to compare with');
  const off = Math.abs(skew);
  if (off <= CLOCK_SKEW_UNNOTICED) return passed('agrees with the clock of AWS');
  const apart = `${inWords(off)} ${skew > 0 ? 'behind' : 'ahead of'} the clock of AWS`;
  return off <= CLOCK_SKEW_TOLERATED
    ? passed(`${apart}; signatures allow 5 minutes`)
    : failed(
        `The clock of this machine is ${apart}; signatures allow 5 minutes.`,
        'Set the clock, for example with time synchronisation (NTP).',
      );
}

function inWords(milliseconds: number): string {
  return milliseconds < 90_000
    ? `${Math.round(milliseconds / 1000)} seconds`
    : `${Math.round(milliseconds / 60_000)} minutes`;
}
