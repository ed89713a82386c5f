import type { Command } from 'commander';
import type { EvaluationResponse } from '../../lib/http/wire.ts';
import { CommandError } from '../command-error.ts';
import { addEvaluationFlags, type EvaluationFlags } from '../evaluation-options.ts';
import {
  CREDENTIAL_ARGUMENT,
  clientFor,
  credentialFor,
  optionsOf,
  type Surroundings,
  uiFor,
} from '../global-options.ts';
import { describePrincipal } from '../policy/describe-principal.ts';
import type { Ui } from '../ui.ts';

interface Flags extends EvaluationFlags {
  readonly principal?: string;
  readonly organization?: string;
}

const EXAMPLES = `
Examples:
  token-vending can-i checkout/orders-api
  token-vending can-i checkout/orders-api --scope orders:write && terraform apply
  token-vending can-i checkout/orders-api --principal arn:aws:iam::111122223333:role/ci-checkout

The endpoint evaluates the policies and issues no token. Exits with 0 for yes and with 3 for no.
--principal needs a policy that permits you explainAccess.`;

export function registerCanI(program: Command, surroundings: Surroundings): void {
  addEvaluationFlags(program.command('can-i').argument('[credential]', CREDENTIAL_ARGUMENT))
    .description('show whether policy permits a token, which policy decides, and what to do')
    .option('--principal <arn>', 'evaluate for another identity')
    .option('--organization <id>', 'AWS organization of that identity')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string | undefined, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const credential = credentialFor(given, options);
      const ui = uiFor(options, surroundings);
      const { scope, audience, resource, minTtl, sourceIp, time, action, principal, organization } =
        flags;
      const evaluation = clientFor(options, surroundings).evaluateAccess({
        credential,
        action,
        scope,
        audience,
        resource,
        minTtl,
        sourceIp,
        time: time === undefined ? undefined : new Date(time),
        principal,
        organization,
        signal: surroundings.signal,
      });
      const response = await ui.progress('asking', evaluation);
      const described = principal === undefined ? undefined : describePrincipal(principal);
      if (options.json) ui.out(JSON.stringify({ ...response, principal: described?.arn }));
      else show(ui, response, described?.text);
      if (!response.decision) throw new CommandError(3, '');
    });
}

function show(ui: Ui, { decision, context }: EvaluationResponse, principal?: string): void {
  const { policies, unmet, advice, errors } = context;
  ui.out(decision ? 'yes' : 'no');
  if (principal !== undefined) ui.out(`principal    ${principal}`);
  ui.out(`decided by   ${policies.join(', ') || 'default: no policy applies'}`);
  if (unmet.length > 0) ui.out(`not met      ${unmet.join(', ')}`);
  for (const error of errors) ui.out(`error        ${error}`);
  if (advice !== '') ui.out(`advice       ${advice}`);
}
