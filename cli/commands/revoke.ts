import type { Command } from 'commander';
import type { RevocationResponse } from '../../lib/http/wire.ts';
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
      const revocation = await ui.progress('revoking', revoking);
      const { upstream = 'revoked' } = revocation ?? {};
      const revoked = upstream === 'revoked';
      if (options.json) return ui.out(JSON.stringify({ credential, revoked, ...revocation }));
      ui.out(`${credential}: ${describe(upstream)}`);
    });
}

function describe(upstream: RevocationResponse['upstream']): string {
  switch (upstream) {
    case 'unsupported':
      return 'no longer issued by the endpoint; the authorization server does not revoke such tokens, so it is valid there until it expires';
    case 'other_credential':
      return 'not revoked: the token is not of this credential';
    case 'revoked':
      return 'revoked';
  }
}
