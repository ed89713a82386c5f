import type { Command } from 'commander';
import type { CredentialDescription } from '../../lib/http/wire.ts';
import { clientFor, optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { formatTable } from '../table.ts';

export function registerCredentialsList(group: Command, surroundings: Surroundings): void {
  group
    .command('list', { isDefault: true })
    .description(
      'list the credentials that you can see, with their scopes, audiences and resources',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  token-vending credentials\n  token-vending credentials --json | jq -r .credentials[].credential',
    )
    .action(async (_flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const listing = clientFor(options, surroundings).listCredentials(surroundings.signal);
      const credentials = await ui.progress('listing', listing);
      if (options.json) return ui.out(JSON.stringify({ credentials }));
      if (credentials.length === 0) ui.err('There is no credential that you can see.');
      for (const line of formatTable(rowsOf(credentials))) ui.out(line);
    });
}

function rowsOf(credentials: readonly CredentialDescription[]): string[][] {
  if (credentials.length === 0) return [];
  return [
    ['CREDENTIAL', 'STATUS', 'SCOPES', 'AUDIENCES'],
    ...credentials.map(({ credential, status, scopes, audiences }) => [
      credential,
      status,
      scopes.join(' ') || '-',
      audiences.join(' ') || '-',
    ]),
  ];
}
