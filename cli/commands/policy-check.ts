import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { PolicyFinding } from '../../lib/access/cedar/policy-finding.ts';
import { findCredentialId } from '../../lib/credential/id.ts';
import { CommandError } from '../command-error.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import type { LintFinding } from '../policy/lint.ts';

interface Flags {
  readonly credential: readonly string[];
  readonly credentialsFrom?: string;
}

const EXAMPLES = `
Examples:
  token-vending policy check
  token-vending policy check policies --credential checkout/orders-api
  token-vending credentials --json | jq -r .credentials[].credential > known
  token-vending policy check --credentials-from known

Exits with 9 if a policy does not parse or validate, or has a common error (docs/policies.md).`;

export function registerPolicyCheck(group: Command, surroundings: Surroundings): void {
  group
    .command('check')
    .argument('[directory]', 'directory of the *.cedar files', 'policies')
    .description('parse and validate policies, and find common errors')
    .addOption(
      new Option(
        '--credential <team/name>',
        'an existing credential: reported if no permit covers it; repeatable',
      )
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .option(
      '--credentials-from <file>',
      'all existing credentials, one per line: also reports policies that name another',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const credentials = await readCredentials(flags);
      // The engine is 4 MB of WebAssembly, so only the commands that need it load it.
      const { inspectDirectory } = await import('../policy/open-policies.ts');
      const { lintPolicies } = await import('../policy/lint.ts');
      const { formatFinding } = await import('../../lib/access/cedar/policy-finding.ts');
      const { set, findings: invalid, warnings } = inspectDirectory(directory);
      // Only a complete list shows that a credential does not exist.
      const whole = flags.credentialsFrom !== undefined;
      const traps = lintPolicies(set.policies, credentials).filter(
        ({ rule }) => whole || rule !== 'credential-not-there',
      );
      const findings = [
        ...invalid.map((finding) => ({ ...finding, rule: 'invalid' })),
        ...warnings.map(toNeverMatches),
        ...traps,
      ];
      if (options.json) {
        ui.out(JSON.stringify({ policies: set.policies.length, version: set.version, findings }));
      } else {
        for (const finding of findings) ui.out(formatFinding(finding));
      }
      if (findings.length > 0)
        throw new CommandError(9, `${findings.length} finding${findings.length === 1 ? '' : 's'}.`);
      ui.err(
        `${set.policies.length} policies are valid, without common errors. Version ${set.version.slice(0, 16)}.`,
      );
    });
}

async function readCredentials({ credential, credentialsFrom }: Flags): Promise<string[]> {
  const listed =
    credentialsFrom === undefined ? [] : (await readFile(credentialsFrom, 'utf8')).split(/\s+/);
  const all = [...credential, ...listed.filter((name) => name !== '')];
  const wrong = all.find((name) => findCredentialId(name) === undefined);
  if (wrong !== undefined)
    throw new CommandError(2, `${wrong} is not a credential: it must be team/name.`);
  return [...new Set(all)];
}

function toNeverMatches(warning: PolicyFinding): LintFinding {
  const rule = 'never-matches';
  return { ...warning, rule, message: `${warning.message} (${rule})` };
}
