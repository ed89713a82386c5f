import type { Command } from 'commander';
import { imagineCaller } from '../../lib/access/caller.ts';
import type { AccessDecision, AccessRequest } from '../../lib/access/policy.ts';
import { findCredentialId } from '../../lib/credential/id.ts';
import { CommandError } from '../command-error.ts';
import { addEvaluationFlags, type EvaluationFlags } from '../evaluation-options.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { describePrincipal } from '../policy/describe-principal.ts';
import type { OpenedPolicies } from '../policy/open-policies.ts';
import type { Ui } from '../ui.ts';

interface Flags extends EvaluationFlags {
  readonly principal: string;
  readonly credential: string;
  readonly organization?: string;
}

const EXAMPLES = `
Examples:
  token-vending policy explain --principal arn:aws:iam::111122223333:role/ci-checkout \\
    --organization o-localexample --credential checkout/orders-api --scope orders:write

Exits with 0 if policy permits the request, else with 3.`;

export function registerPolicyExplain(group: Command, surroundings: Surroundings): void {
  addEvaluationFlags(group.command('explain'))
    .argument('[directory]', 'directory of the *.cedar files', 'policies')
    .description('show which policies decide a request, and which permits have unmet conditions')
    .requiredOption('--principal <arn>', 'ARN of a role, a user or a session')
    .requiredOption('--credential <team/name>', 'requested credential')
    .option('--organization <id>', 'AWS organization of the principal')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const request = toRequest(flags);
      const { openPolicies } = await import('../policy/open-policies.ts');
      const opened = openPolicies(directory);
      const decision = opened.policy.decide(request);
      if (options.json)
        ui.out(JSON.stringify({ principal: request.caller.principalArn, ...decision }));
      else explain(ui, opened, flags.principal, decision);
      if (!decision.allowed) throw new CommandError(3, 'Policy does not allow it.');
    });
}

function toRequest(flags: Flags): AccessRequest {
  const caller = imagineCaller(flags.principal, flags.organization);
  if (caller === undefined)
    throw new CommandError(2, '--principal must be the ARN of a role, a user or a session.');
  const credential = findCredentialId(flags.credential);
  if (credential === undefined) throw new CommandError(2, '--credential must be team/name.');
  const { scope, audience, resource, minTtl = 0, sourceIp, time } = flags;
  return {
    caller,
    credential,
    action: flags.action,
    context: {
      scope: [...scope].sort(),
      audience,
      resource,
      minTtl,
      sourceIp,
      now: time ?? Date.now(),
    },
  };
}

function explain(
  ui: Ui,
  { set }: OpenedPolicies,
  principal: string,
  { allowed, policies, unmet, advice, errors }: AccessDecision,
): void {
  ui.out(
    `${allowed ? 'allow' : 'deny'}${policies.length > 0 ? '' : ' by default: no policy applies'}`,
  );
  ui.out(`principal  ${describePrincipal(principal).text}`);
  const places = new Map(set.policies.map((policy) => [policy.id, policy]));
  const list = (label: string, ids: readonly string[]) => {
    for (const id of ids) {
      const { file, line, text } = places.get(id) ?? { file: '', line: 0, text: '' };
      ui.out(`${label.padEnd(11)}${id} (${file}:${line})`);
      for (const row of text.split('\n')) ui.out(`  ${row}`);
    }
  };
  list('decided by', policies);
  list('not met', unmet);
  for (const error of errors) ui.out(`error      ${error}`);
  for (const line of advice) ui.out(`advice     ${line}`);
}
