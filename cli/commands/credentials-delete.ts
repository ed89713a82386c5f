import process from 'node:process';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from '../command-error.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { prompt } from '../credentials/read-secret.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags {
  readonly recoveryDays?: number;
  readonly yes?: boolean;
}

const DELETE_EXAMPLES = `
Examples:
  token-vending credentials delete support/tickets-api
  token-vending credentials delete support/tickets-api --recovery-days 7 --yes

From then on nobody gets a token of the credential. Secrets Manager keeps it for 7 to 30 days, in which credentials restore
takes the deletion back. The client stays registered at its server: remove it there. On a terminal the command asks for the
name of the credential. Policy must permit registerCredential.`;

const RESTORE_EXAMPLES = `
Examples:
  token-vending credentials restore support/tickets-api

The credential is as it was before its deletion. Policy must permit registerCredential.`;

export function registerCredentialsDelete(group: Command, surroundings: Surroundings): void {
  group
    .command('delete')
    .argument('<credential>', 'team/name')
    .description('schedule the deletion of a credential')
    .option(
      '--recovery-days <days>',
      'days in which the deletion can be taken back, 7 to 30 (default: 30)',
      parseDays,
    )
    .option('--yes', 'do not ask; required without a terminal')
    .addHelpText('after', DELETE_EXAMPLES)
    .action(async (credential: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const { recoveryDays } = options;
      const { signal } = surroundings;
      if (flags.yes !== true) await confirm(credential, surroundings);
      const deleting = callRegistry(credential, options, surroundings, (registry) =>
        registry.delete(credential, { version: 'any', recoveryDays, signal }),
      );
      const { version_id: version, recoverable_days = 30 } = await ui.progress(
        `deleting ${credential}`,
        deleting,
      );
      const outcome = 'deleted';
      if (options.json)
        return ui.out(JSON.stringify({ credential, outcome, version, recoverable_days }));
      ui.out(`${credential} deleted: version ${version}`);
      ui.err(
        `  Within 60 s nobody gets a token of it. For ${recoverable_days} days, token-vending credentials restore ${credential} takes the deletion back.`,
      );
    });
  group
    .command('restore')
    .argument('<credential>', 'team/name')
    .description('take the deletion of a credential back')
    .addHelpText('after', RESTORE_EXAMPLES)
    .action(async (credential: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const restoring = callRegistry(credential, options, surroundings, (registry) =>
        registry.restore(credential, surroundings.signal),
      );
      const { version_id: version } = await ui.progress(`restoring ${credential}`, restoring);
      if (options.json) return ui.out(JSON.stringify({ credential, outcome: 'restored', version }));
      ui.out(`${credential} restored: version ${version}`);
    });
}

async function confirm(credential: string, { stderr, signal }: Surroundings): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandError(2, `Nobody can confirm the deletion of ${credential} here: add --yes.`);
  const typed = await prompt(`Type ${credential} to delete it`, stderr, signal);
  if (typed.trim() !== credential)
    throw new CommandError(2, `The name is not ${credential}: nothing is deleted.`);
}

function parseDays(text: string): number {
  const days = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (days < 7 || days > 30)
    throw new InvalidArgumentError('It must be a whole number of days from 7 to 30.');
  return days;
}
