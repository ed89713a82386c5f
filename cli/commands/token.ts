import type { Command } from 'commander';
import {
  CREDENTIAL_ARGUMENT,
  clientFor,
  credentialFor,
  optionsOf,
  type Surroundings,
  uiFor,
} from '../global-options.ts';
import { addTokenFlags, type TokenFlags, toTokenOptions } from '../token-options.ts';

interface Flags extends TokenFlags {
  readonly header?: boolean;
  readonly bare?: boolean;
}

const EXAMPLES = `
Examples:
  token-vending token checkout/orders-api
  token-vending token checkout/orders-api --scope "orders:read orders:write" --min-ttl 15m
  curl -H @<(token-vending token checkout/orders-api --header) https://orders.example.com
  token-vending token checkout/orders-api --json | jq .expires_at

The token goes to standard output. On a terminal its description goes to standard error.
To keep the token off the screen, use: token-vending exec checkout/orders-api -- command`;

export function registerToken(program: Command, surroundings: Surroundings): void {
  addTokenFlags(program.command('token').argument('[credential]', CREDENTIAL_ARGUMENT))
    .description('get an access token and print it')
    .option('--header', 'print the token as an Authorization header')
    .option('--bare', 'print only the token, also on a terminal')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string | undefined, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const credential = credentialFor(given, options);
      const ui = uiFor(options, surroundings);
      const request = clientFor(options, surroundings).getToken(
        toTokenOptions(credential, flags, surroundings.signal),
      );
      const token = await ui.progress(`requesting a token of ${credential}`, request);
      if (options.json) return ui.out(JSON.stringify(token));
      ui.out(flags.header ? `Authorization: Bearer ${token.access_token}` : token.access_token);
      if (token.advice !== undefined) ui.err(`note: ${token.advice}`);
      if (flags.bare || !surroundings.stderr.isTTY) return;
      ui.err(
        ui.dim(
          `${credential}: lives ${token.expires_in} s, scope "${token.scope}", ${token.source}, vend ${token.vend_id}`,
        ),
      );
    });
}
