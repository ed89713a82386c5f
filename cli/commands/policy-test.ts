import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import type { CaseResult } from '../policy/decision-table.ts';
import type { Ui } from '../ui.ts';

const EXAMPLES = `
Examples:
  token-vending policy test
  token-vending policy test policies --json | jq '.cases[] | select(.passed | not)'

Runs every *.decisions.yaml of the directory. docs/policies.md describes the format. Exits with 9 if a case fails.`;

export function registerPolicyTest(group: Command, surroundings: Surroundings): void {
  group
    .command('test')
    .argument('[directory]', 'directory of the *.cedar and *.decisions.yaml files', 'policies')
    .description('test policies with decision tables')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const { openPolicies } = await import('../policy/open-policies.ts');
      const { runDecisionTable } = await import('../policy/decision-table.ts');
      const { policy } = openPolicies(directory);
      const tables = (await readdir(directory)).filter((name) => name.endsWith('.decisions.yaml'));
      if (tables.length === 0)
        throw new CommandError(
          9,
          `${directory} holds no *.decisions.yaml: write one; docs/policies.md shows how.`,
        );
      const cases: CaseResult[] = [];
      for (const name of tables.sort())
        cases.push(
          ...runDecisionTable(policy, name, await readFile(path.join(directory, name), 'utf8')),
        );
      const failed = cases.filter(({ passed }) => !passed);
      if (options.json)
        ui.out(
          JSON.stringify({ passed: cases.length - failed.length, failed: failed.length, cases }),
        );
      else for (const one of failed) showFailedCase(ui, one);
      if (failed.length > 0)
        throw new CommandError(9, `${failed.length} of ${cases.length} cases failed.`);
      ui.err(`${cases.length} cases passed.`);
    });
}

function showFailedCase(ui: Ui, { place, name, expected, decided, advice }: CaseResult): void {
  ui.out(`${place}: ${name}`);
  ui.out(`  - expected ${expected}`);
  ui.out(`  + decided  ${decided}`);
  for (const line of advice) ui.out(`    ${line}`);
}
