import type { Command } from 'commander';
import {
  describeEndpointProof,
  endpointProofToJson,
  proveAtEndpoint,
  proveHere,
} from '../credentials/endpoint-proof.ts';
import {
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
} from '../credentials/operator.ts';
import { describeProof, proofToJson, showFailedProof } from '../credentials/show-proof.ts';
import { checkDocument, readStored } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials test checkout/orders-api

Obtains one token with the stored document, with the same checks as the function. Revokes it if the server supports
revocation. Neither the token nor a secret is shown.

Shows what each stage found: metadata (the URLs that it comes from), request (as it was sent), response (names and types
of its members), keys and claims (if the token is a JWT that is verified). If a stage fails, the command shows the stages
up to that one, and a change of the document that may help, where the error names one.

If AWS KMS signs for the client, the command signs with your own AWS permissions (kms:Sign). If you have none, or if AWS STS
vouches for the function, only the function can sign: the command then requests a token at the endpoint.

--json has the same: stages.metadata, .request, .response, .keys and .claims. Of a failure it has failed_stage (metadata,
request, response, keys or checks) and error with code, message, advice and suggestions. docs/operate.md lists all members.`;

export function registerCredentialsTest(group: Command, surroundings: Surroundings): void {
  group
    .command('test')
    .argument('<credential>', 'team/name')
    .description('obtain one token with the stored document, and discard it')
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: OperatorFlags, command: Command) => {
      const options = optionsOf<OperatorFlags>(command);
      const ui = uiFor(options, surroundings);
      const proving = operate(credential, options, surroundings, async (operator) => {
        const text = JSON.stringify((await readStored(operator)).document);
        const document = checkDocument(text, operator.reading);
        return (
          (await proveHere(document, text, operator)) ??
          (await proveAtEndpoint({ credential, options, surroundings }))
        );
      });
      const { json = false } = options;
      const proof = await ui
        .progress(`obtaining a token for ${credential}`, proving)
        .catch((error: unknown) => {
          showFailedProof(ui, error, { credential, outcome: 'does not work', json });
          throw error;
        });
      const isHere = 'trace' in proof;
      const found = isHere ? proofToJson(proof) : endpointProofToJson(proof);
      if (json) return ui.out(JSON.stringify({ credential, ...found }));
      ui.out(`${credential} works`);
      const lines = isHere ? describeProof(proof) : describeEndpointProof(proof);
      for (const line of lines) ui.out(`  ${line}`);
    });
}
