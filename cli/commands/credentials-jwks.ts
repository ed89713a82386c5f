import type { Command } from 'commander';
import { readPublicKey } from '../credentials/kms-keys.ts';
import {
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
} from '../credentials/operator.ts';
import { publicKeysOf } from '../credentials/public-keys.ts';
import { checkDocument, readStored } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials jwks checkout/orders-api
  token-vending credentials jwks checkout/orders-api --json > jwks.json

Register these keys at the authorization server (jwks of RFC 7591), for a client that uses private_key_jwt. If AWS KMS signs
for it, the command reads the public key with your own AWS permissions: kms:GetPublicKey. kid is that of the assertions.
If AWS STS signs for it (aws_web_identity), the command says what to register instead. --json prints one line.`;

export function registerCredentialsJwks(group: Command, surroundings: Surroundings): void {
  group
    .command('jwks')
    .argument('<credential>', 'team/name')
    .description('print the public keys of a credential, to register at its server')
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: OperatorFlags, command: Command) => {
      const options = optionsOf<OperatorFlags>(command);
      const ui = uiFor(options, surroundings);
      const reading = operate(credential, options, surroundings, async (operator) => {
        const { text = '' } = await readStored(operator);
        const { authentication } = checkDocument(text, operator.reading);
        return await publicKeysOf(authentication, (key) => readPublicKey(key, operator));
      });
      const keys = await ui.progress(`reading the keys of ${credential}`, reading);
      const jwks = JSON.stringify({ keys }, null, options.json ? 0 : 2);
      for (const line of jwks.split('\n')) ui.out(line);
    });
}
