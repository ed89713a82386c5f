import type { Command } from 'commander';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { isErrorCode } from '../../lib/errors/error-table.ts';
import type { TestedCredential } from '../../lib/http/registry-wire.ts';
import { CommandError } from '../command-error.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { describeFailedTest, describePassedTest } from '../credentials/describe-test.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials test checkout/orders-api

The registry obtains one token with the stored document, with the checks of every token, and revokes it if the server supports
revocation. Neither the token nor a secret is shown. Policy must permit testCredential.

Shows what each stage found: metadata (the URLs that it comes from), request (as it was sent), response (names and types
of its members), keys and claims (if the token is a JWT that is verified). If a stage fails, the command shows the stages
up to that one, and a change of the document that may help, where the error names one.

--json has the same: stages.metadata, .request, .response, .keys and .claims. Of a failure it has failed_stage (metadata,
request, response, keys or checks) and error with code, message, advice and suggestions. docs/operate.md lists all members.`;

export function registerCredentialsTest(group: Command, surroundings: Surroundings): void {
  group
    .command('test')
    .argument('<credential>', 'team/name')
    .description('obtain one token with the stored document, and discard it')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const testing = callRegistry(credential, options, surroundings, (registry) =>
        registry.test(credential, { signal: surroundings.signal }),
      );
      const tested = await ui.progress(`obtaining a token for ${credential}`, testing);
      if (options.json) ui.out(JSON.stringify(tested));
      else for (const line of describe(tested)) ui.out(line);
      if (!tested.passed) throw failureOf(tested);
    });
}

function describe(tested: TestedCredential): string[] {
  const { credential, passed, stages, failed_stage, error } = tested;
  const lines = passed
    ? describePassedTest(tested)
    : describeFailedTest(
        { stages, failed_stage: failed_stage ?? 'metadata', suggestions: error?.suggestions ?? {} },
        error?.code ?? '-',
      );
  const outcome = passed ? 'works' : 'does not work';
  return [`${credential} ${outcome}`, ...lines.map((line) => `  ${line}`)];
}

function failureOf({ error }: TestedCredential): Error {
  const { code = '-', message = '', advice = '' } = error ?? {};
  const says = `No token can be obtained with the document: ${message}`;
  return isErrorCode(code)
    ? new TokenVendingError(code, { says, advice })
    : new CommandError(8, `${says} (${code})\n  ${advice}`);
}
