import type { Command } from 'commander';
import { clientFor, optionsOf, type Surroundings, uiFor } from '../global-options.ts';

export function registerWhoami(program: Command, surroundings: Surroundings): void {
  program
    .command('whoami')
    .description('show your identity at the endpoint, and the principal that policies must name')
    .addHelpText(
      'after',
      '\nExamples:\n  token-vending whoami\n  token-vending whoami --json | jq -r .principal',
    )
    .action(async (_flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const caller = await ui.progress(
        'asking',
        clientFor(options, surroundings).callerIdentity(surroundings.signal),
      );
      if (options.json) return ui.out(JSON.stringify(caller));
      const rows: [string, string | undefined][] = [
        ['principal', caller.principal],
        ['kind', caller.kind],
        ['account', caller.account],
        ['organization', caller.organization ?? 'none'],
        ['session', caller.session_name],
        ['signed as', caller.arn],
      ];
      for (const [name, value] of rows)
        if (value !== undefined) ui.out(`${name.padEnd(13)}${value}`);
    });
}
