// What one decision costs by the number of policies, beside an empty set in the same rounds.

import { imagineCaller } from '../lib/access/caller.ts';
import { openPolicies } from './bench-vending.ts';
import { type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired, microseconds } from './paired.ts';

const SIZES = [0, 10, 50, 200, 500];
const GOAL_MICROSECONDS = 1_000;

export async function benchPolicyDecision({ quick }: GroupOptions): Promise<GroupResult> {
  const caller = imagineCaller('arn:aws:iam::111122223333:role/ci-7', 'o-a');
  if (caller === undefined) throw new Error('the caller of the benchmark is none');
  const context = {
    scope: ['a:read'],
    audience: [],
    resource: [],
    minTtl: 60,
    sourceIp: '192.0.2.1',
    now: Date.now(),
  };
  const credential = { team: 'team-7', name: 'api' };
  const probeOf = (count: number) => {
    const policy = openPolicies(count);
    return microseconds(
      () => policy.decide({ caller, action: 'vendToken', credential, context }),
      10,
    );
  };
  const probes = Object.fromEntries(SIZES.map((size) => [String(size), probeOf(size)]));
  const samples = await measurePaired(probes, quick ? 20 : 200, 5);
  const at = (size: number) => samples[String(size)] ?? [];
  return {
    group: 'policy-decision',
    title: 'One decision by Cedar',
    figures: [
      ...SIZES.map((size) =>
        measured(
          `us-${size}`,
          `${size} policies`,
          'us',
          at(size),
          size === 200 ? GOAL_MICROSECONDS : undefined,
        ),
      ),
      ratioOf('200-over-10', '200 policies over 10', at(200), at(10)),
    ],
    notes: [
      'Without policies, two evaluations: a deny looks for permits whose conditions were not met.',
    ],
  };
}
