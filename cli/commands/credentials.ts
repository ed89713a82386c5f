import type { Command } from 'commander';
import type { Surroundings } from '../global-options.ts';
import { registerCredentialsList } from './credentials-list.ts';
import { registerCredentialsPut } from './credentials-put.ts';

const EXAMPLES = `
Examples:
  token-vending credentials
  token-vending credentials put support/tickets-api --file document.json`;

export function registerCredentials(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('credentials')
    .description('list the credentials that you may describe; with operator rights, store one')
    .addHelpText('after', EXAMPLES);
  for (const register of [registerCredentialsList, registerCredentialsPut])
    register(group, surroundings);
}
