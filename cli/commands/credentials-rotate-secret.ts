import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import {
  type Operator,
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
} from '../credentials/operator.ts';
import { type Proof, proveDocument } from '../credentials/prove-document.ts';
import { readSecret } from '../credentials/read-secret.ts';
import {
  cleanUp,
  notRotated,
  promotePending,
  storePending,
  withdrawPending,
} from '../credentials/rotation.ts';
import { describeProof, proofToJson } from '../credentials/show-proof.ts';
import { checkDocument, readStored, type StoredDocument } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags extends OperatorFlags {
  readonly secretFile?: string;
}

const EXAMPLES = `
Examples:
  token-vending credentials rotate-secret checkout/orders-api
  new-secret-of-my-server | token-vending credentials rotate-secret checkout/orders-api
  token-vending credentials rotate-secret checkout/orders-api --secret-file secret.txt

The command stores the new secret as pending, obtains one token with it, and then makes it current. The function uses it
without a deployment. If no token can be obtained, the old secret stays current.

After Ctrl-C the command waits up to 10 seconds for a write that it sent. Then it removes the pending version, and reports
the result of the rotation.`;

export function registerCredentialsRotateSecret(group: Command, surroundings: Surroundings): void {
  group
    .command('rotate-secret')
    .argument('<credential>', 'team/name')
    .description('store a new client secret, test it, and make it current')
    .option('--secret-file <file>', 'file with the new secret (default: prompt, or standard input)')
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const secret = await readSecret(flags.secretFile, 'new client secret', surroundings);
      const rotating = operate(credential, options, surroundings, (operator) =>
        rotate(operator, credential, secret),
      );
      const { proof, version, warning } = await ui.progress(`rotating ${credential}`, rotating);
      if (warning !== undefined) ui.err(warning);
      if (options.json)
        return ui.out(
          JSON.stringify({ credential, outcome: 'rotated', version, ...proofToJson(proof) }),
        );
      ui.out(`${credential} rotated: version ${version}`);
      for (const line of describeProof(proof)) ui.out(`  ${line}`);
      ui.err('  The old secret is AWSPREVIOUS. Remove it at the authorization server.');
    });
}

interface Rotated {
  readonly proof: Proof;
  readonly version: string;
  /** Set if the clean-up after the rotation failed. */
  readonly warning: string | undefined;
}

async function rotate(operator: Operator, credential: string, secret: string): Promise<Rotated> {
  const { document, versionId: current } = await readCurrent(operator, credential);
  if (['kms', 'aws_web_identity'].includes(String(document['client_assertion_source'])))
    throw new CommandError(
      2,
      `${credential} has no secret: AWS signs for it.\n  To use another key of AWS KMS, store a document with its kms_key_id (credentials put), and register what credentials jwks prints.`,
    );
  if (document['token_endpoint_auth_method'] === 'private_key_jwt')
    throw new CommandError(
      2,
      `${credential} authenticates with a key.\n  Publish the new key at the server beside the old one, then token-vending credentials put --verify.`,
    );
  const text = JSON.stringify({ ...document, client_secret: secret });
  checkDocument(text, operator.reading);
  const pending = await storePending(operator, credential, text);
  const proof = await proveDocument(text, operator).catch((error: unknown) =>
    withdrawPending(pending, error),
  );
  await promotePending(pending, current);
  return { proof, version: pending.versionId, warning: await cleanUp(pending) };
}

async function readCurrent(operator: Operator, credential: string): Promise<StoredDocument> {
  try {
    return await readStored(operator);
  } catch (error) {
    throw operator.signal.aborted ? notRotated(operator, credential, error) : error;
  }
}
