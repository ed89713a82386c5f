// What one decision costs by the number of policies, beside an empty set in the same run. Budget: under 1 ms at the median
// with 200 policies.
import { fileURLToPath } from 'node:url';
import { openCedarPolicy } from '../lib/adapters/cedar.ts';
import { openCedar } from '../lib/adapters/cedar-engine.ts';
import type { CedarPolicy, CedarPolicySet } from '../lib/adapters/cedar-policies.ts';
import { imagineCaller } from '../lib/caller.ts';
import { formatTable, type Measurement, measureInTurn } from './measure.ts';

const BUDGET_MICROSECONDS = 1_000;
const cedar = openCedar(
  fileURLToPath(
    new URL('../node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm_bg.wasm', import.meta.url),
  ),
);

function policySet(count: number): CedarPolicySet {
  const policies = Array.from({ length: count }, (_, index): CedarPolicy => {
    const text = `permit (principal == Role::"arn:aws:iam::111122223333:role/ci-${index}", action in [Action::"vendToken", Action::"describeCredential"], resource in Team::"team-${index}") when { ["a:read", "a:write"].containsAll(context.scope) };`;
    const parsed = cedar.policyToJson(text);
    if (parsed.type === 'failure') throw new Error('a policy of the benchmark does not parse');
    return {
      id: `p${index}`,
      advice: undefined,
      effect: 'permit',
      file: '',
      line: 1,
      text,
      json: parsed.json,
    };
  });
  return { schema: '', policies, version: `bench-${count}` };
}

export async function benchPolicyDecision(quick: boolean): Promise<boolean> {
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
  const decisionOf = (count: number) => {
    const policy = openCedarPolicy(cedar, policySet(count));
    const credential = { team: 'team-7', name: 'api' };
    return () => policy.decide({ caller, action: 'vendToken', credential, context });
  };
  const sizes = [0, 10, 50, 200, 500];
  const decisions = Object.fromEntries(sizes.map((size) => [`${size} policies`, decisionOf(size)]));
  await measureInTurn(decisions, 50);
  const rows = await measureInTurn(decisions, quick ? 200 : 2_000);
  process.stdout.write(`${formatTable('One decision by Cedar', rows)}\n`);
  return isWithinBudget(rows);
}

function isWithinBudget(rows: readonly Measurement[]): boolean {
  const { p50 = Number.POSITIVE_INFINITY } = rows.find(({ name }) => name === '200 policies') ?? {};
  const within = p50 < BUDGET_MICROSECONDS;
  process.stdout.write(
    `  ${within ? 'within' : 'OVER'} the budget of ${BUDGET_MICROSECONDS} us for 200 policies\n`,
  );
  return within;
}
