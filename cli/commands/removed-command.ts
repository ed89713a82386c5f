import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';

/** A name that used to be a command: using it says what to use instead. No page shows it. */
export function registerRemovedCommand(group: Command, name: string, instead: string): void {
  group
    .command(name, { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(() => {
      throw new CommandError(2, `There is no ${group.name()} ${name} any more.\n  ${instead}`);
    });
}
