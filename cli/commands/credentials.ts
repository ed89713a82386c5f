import type { Command } from 'commander';
import type { Surroundings } from '../global-options.ts';
import { registerCredentialsChanges } from './credentials-change.ts';
import { registerCredentialsJwks } from './credentials-jwks.ts';
import { registerCredentialsList } from './credentials-list.ts';
import { registerCredentialsPut } from './credentials-put.ts';
import { registerCredentialsRotateSecret } from './credentials-rotate-secret.ts';
import { registerCredentialsShow } from './credentials-show.ts';
import { registerCredentialsTest } from './credentials-test.ts';

const EXAMPLES = `
Examples:
  token-vending credentials
  token-vending credentials put support/tickets-api --file document.json --verify
  token-vending credentials disable support/tickets-api

All commands except list use Secrets Manager with your own AWS permissions.`;

const commands = [
  registerCredentialsList,
  registerCredentialsShow,
  registerCredentialsPut,
  registerCredentialsTest,
  registerCredentialsJwks,
  registerCredentialsChanges,
  registerCredentialsRotateSecret,
];

export function registerCredentials(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('credentials')
    .description('list the credentials that you can see; operators manage them')
    .addHelpText('after', EXAMPLES);
  for (const register of commands) register(group, surroundings);
}
