import type { Command } from 'commander';
import {
  CREDENTIAL_ARGUMENT,
  clientFor,
  credentialFor,
  optionsOf,
  type Surroundings,
  uiFor,
} from '../global-options.ts';
import { runChild } from '../run-child.ts';
import { addTokenFlags, type TokenFlags, toTokenOptions } from '../token-options.ts';

interface Flags extends TokenFlags {
  readonly env: string;
}

const EXAMPLES = `
Examples:
  token-vending exec checkout/orders-api -- terraform apply
  token-vending exec checkout/orders-api --env TF_VAR_access_token --min-ttl 30m -- terraform plan

The command gets the token in one environment variable and everything else unchanged: the rest of the environment,
standard input and output, signals. token-vending exits as the command does. The token does not change while the
command runs: ask with --min-ttl for as long as it may take.`;

export function registerExec(program: Command, surroundings: Surroundings): void {
  addTokenFlags(program.command('exec').argument('[credential]', CREDENTIAL_ARGUMENT))
    .usage('[options] [credential] -- <command> [arguments...]')
    .description('run a command with an access token in its environment')
    .option('--env <name>', 'name of the environment variable', 'ACCESS_TOKEN')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string | undefined, flags: Flags, command: Command) => {
      const [file, ...args] = surroundings.childCommand;
      if (file === undefined) command.error('error: missing the command to run, after --');
      const options = optionsOf<Flags>(command);
      const credential = credentialFor(given, options);
      const ui = uiFor(options, surroundings);
      const request = clientFor(options, surroundings).getToken(
        toTokenOptions(credential, flags, surroundings.signal),
      );
      const { access_token } = await ui.progress(`asking for ${credential}`, request);
      const environment = { ...surroundings.environment, [flags.env]: access_token };
      await runChild(file, args, environment);
    });
}
