import type { Command } from 'commander';
import type { Surroundings } from '../global-options.ts';
import { registerPolicyCheck } from './policy-check.ts';
import { registerPolicyExplain } from './policy-explain.ts';
import { registerPolicyTest } from './policy-test.ts';

const EXAMPLES = `
Examples:
  token-vending policy check
  token-vending policy test policies
  token-vending policy explain --principal arn:aws:iam::111122223333:role/ci --credential checkout/orders-api`;

export function registerPolicy(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('policy')
    .description('check, test and explain access policies, offline')
    .addHelpText('after', EXAMPLES);
  for (const register of [registerPolicyCheck, registerPolicyTest, registerPolicyExplain])
    register(group, surroundings);
}
