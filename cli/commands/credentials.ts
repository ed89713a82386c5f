import type { Command } from 'commander';
import type { Surroundings } from '../global-options.ts';
import { registerCredentialsDelete } from './credentials-delete.ts';
import { registerCredentialsEdit } from './credentials-edit.ts';
import { registerCredentialsJwks } from './credentials-jwks.ts';
import { registerCredentialsList } from './credentials-list.ts';
import { registerCredentialsPut } from './credentials-put.ts';
import { registerCredentialsRotate } from './credentials-rotate.ts';
import { registerCredentialsShow } from './credentials-show.ts';
import { registerCredentialsSwitches } from './credentials-switch.ts';
import { registerCredentialsTest } from './credentials-test.ts';
import { registerCredentialsVersions } from './credentials-versions.ts';
import { registerRemovedCommand } from './removed-command.ts';

const EXAMPLES = `
Examples:
  token-vending credentials
  token-vending credentials put support/tickets-api --file document.json
  token-vending credentials disable support/tickets-api

list uses the endpoint. All other commands use the registry of the deployment, which the endpoint names. Access policies decide
about each of them. Nobody needs a permission on secrets.`;

const commands = [
  registerCredentialsList,
  registerCredentialsShow,
  registerCredentialsPut,
  registerCredentialsEdit,
  registerCredentialsTest,
  registerCredentialsSwitches,
  registerCredentialsRotate,
  registerCredentialsDelete,
  registerCredentialsVersions,
  registerCredentialsJwks,
];

export function registerCredentials(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('credentials')
    .description('list the credentials that you can see; operators manage them')
    .addHelpText('after', EXAMPLES);
  for (const register of commands) register(group, surroundings);
  registerRemovedCommand(
    group,
    'rotate-secret',
    'To rotate by a recipe (docs/rotation.md): token-vending credentials rotate. To store a secret that you have: token-vending credentials edit --set-file client_secret=FILE.',
  );
}
