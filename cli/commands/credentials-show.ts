import type { Command } from 'commander';
import { type OperatorFlags, operate, PREFIX_FLAG } from '../credentials/operator.ts';
import { readStored, withoutSecrets } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials show checkout/orders-api
  token-vending credentials show checkout/orders-api --json | jq .document.scope

For client_secret and private_key_jwk it shows only whether they are set.`;

export function registerCredentialsShow(group: Command, surroundings: Surroundings): void {
  group
    .command('show')
    .argument('<credential>', 'team/name')
    .description('show the document of a credential in Secrets Manager, without its secrets')
    .option(...PREFIX_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: OperatorFlags, command: Command) => {
      const options = optionsOf<OperatorFlags>(command);
      const ui = uiFor(options, surroundings);
      const reading = operate(credential, options, surroundings, readStored);
      const { arn, versionId, document } = await ui.progress(`reading ${credential}`, reading);
      const shown = withoutSecrets(document);
      if (options.json)
        return ui.out(JSON.stringify({ credential, arn, version: versionId, document: shown }));
      ui.out(`${credential}  ${arn}`);
      ui.out(`version  ${versionId}`);
      const width = Math.max(...Object.keys(shown).map((key) => key.length));
      for (const [key, value] of Object.entries(shown))
        ui.out(`  ${key.padEnd(width)}  ${format(value)}`);
    });
}

function format(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
