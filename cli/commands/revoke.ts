import type { Command } from 'commander';
import { readSecret } from '../credentials/read-secret.ts';
import {
  CREDENTIAL_ARGUMENT,
  clientFor,
  credentialFor,
  optionsOf,
  type Surroundings,
  uiFor,
} from '../global-options.ts';

interface Flags {
  readonly tokenFile?: string;
}

const EXAMPLES = `
Examples:
  printf %s "$ACCESS_TOKEN" | token-vending revoke checkout/orders-api
  token-vending revoke checkout/orders-api --token-file token.txt

Never put a token on the command line: every user of the machine can read it there.`;

export function registerRevoke(program: Command, surroundings: Surroundings): void {
  program
    .command('revoke')
    .argument('[credential]', CREDENTIAL_ARGUMENT)
    .description('revoke a token (RFC 7009): in the endpoint, and at the server if it supports it')
    .option('--token-file <file>', 'file with the token (default: prompt, or standard input)')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string | undefined, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const credential = credentialFor(given, options);
      const token = await readSecret(flags.tokenFile, 'token', surroundings);
      const revoking = clientFor(options, surroundings).revoke(
        credential,
        token,
        surroundings.signal,
      );
      await ui.progress('revoking', revoking);
      if (options.json) return ui.out(JSON.stringify({ credential, revoked: true }));
      ui.out(`${credential}: revoked`);
    });
}
