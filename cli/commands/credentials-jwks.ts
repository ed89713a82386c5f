import type { Command } from 'commander';
import { callRegistry } from '../credentials/call-registry.ts';
import { readPublicKey } from '../credentials/kms-keys.ts';
import { publicKeysOf } from '../credentials/public-keys.ts';
import { profileDefaults } from '../credentials/server-profiles.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials jwks checkout/orders-api
  token-vending credentials jwks checkout/orders-api --json > jwks.json

Register these keys at the authorization server (jwks of RFC 7591), for a client that uses private_key_jwt. If AWS KMS signs
for it, the command reads the public key with your own AWS permissions: kms:GetPublicKey. kid is that of the assertions.
If AWS STS signs for it (aws_web_identity), the command says what to register instead. --json prints one line. Policy must
permit describeCredential.`;

export function registerCredentialsJwks(group: Command, surroundings: Surroundings): void {
  group
    .command('jwks')
    .argument('<credential>', 'team/name')
    .description('print the public keys of a credential, to register at its server')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const reading = callRegistry(credential, options, surroundings, async (registry) => {
        const registered = await registry.describe(credential, surroundings.signal);
        const { document } = registered;
        const members = { ...(await profileDefaults(document)), ...document };
        return await publicKeysOf(registered, members, (key) =>
          readPublicKey(key, options, surroundings),
        );
      });
      const keys = await ui.progress(`reading the keys of ${credential}`, reading);
      const jwks = JSON.stringify({ keys }, null, options.json ? 0 : 2);
      for (const line of jwks.split('\n')) ui.out(line);
    });
}
