import type { Command } from 'commander';
import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';
import { formatInstant } from '../../lib/time/instant.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { formatTable } from '../table.ts';

const EXAMPLES = `
Examples:
  token-vending credentials versions checkout/orders-api

The stages are those of Secrets Manager: AWSCURRENT is in use, AWSPREVIOUS was before it, AWSPENDING is that of a rotation that
has not ended. Policy must permit describeCredential.`;

export function registerCredentialsVersions(group: Command, surroundings: Surroundings): void {
  group
    .command('versions')
    .argument('<credential>', 'team/name')
    .description('list the versions of a credential, with their stages and dates')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const reading = callRegistry(credential, options, surroundings, (registry) =>
        registry.describe(credential, surroundings.signal),
      );
      const { versions } = await ui.progress(`reading ${credential}`, reading);
      if (options.json) return ui.out(JSON.stringify({ credential, versions }));
      for (const line of formatTable(rowsOf(versions))) ui.out(line);
    });
}

function rowsOf(versions: RegisteredCredential['versions']): string[][] {
  const newestFirst = versions.toSorted(
    (one, other) => (other.created_at ?? 0) - (one.created_at ?? 0),
  );
  return [
    ['VERSION', 'STAGES', 'CREATED'],
    ...newestFirst.map(({ version_id, stages, created_at }) => [
      version_id,
      stages.join(' ') || '-',
      created_at === undefined ? '-' : formatInstant(created_at * 1000),
    ]),
  ];
}
