import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import {
  type Operator,
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
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
import { checkDocument, readStored, type StoredDocument } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { describeProof, toJson } from './credentials-test.ts';

interface Flags extends OperatorFlags {
  readonly secretFile?: string;
}

const EXAMPLES = `
Examples:
  token-vending credentials rotate-secret checkout/orders-api
  new-secret-of-my-server | token-vending credentials rotate-secret checkout/orders-api
  token-vending credentials rotate-secret checkout/orders-api --secret-file secret.txt

The new secret is stored as pending, one token is obtained with it, and only then it becomes the current one; the function
follows by itself. If it obtains no token, the old one stays.

Ctrl-C waits up to 10 seconds for a write that was sent, takes the pending version back and says what became of the rotation.`;

export function registerCredentialsRotateSecret(group: Command, surroundings: Surroundings): void {
  group
    .command('rotate-secret')
    .argument('<credential>', 'team/name')
    .description('store a new client secret: pending, then proven, then current')
    .option('--secret-file <file>', 'with the new secret (default: asked for, or standard input)')
    .option(...PREFIX_FLAG)
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
          JSON.stringify({ credential, outcome: 'rotated', version, ...toJson(proof) }),
        );
      ui.out(`${credential} rotated: version ${version}`);
      for (const line of describeProof(proof)) ui.out(`  ${line}`);
      ui.err('  The old secret is AWSPREVIOUS: withdraw it at the authorization server.');
    });
}

interface Rotated {
  readonly proof: Proof;
  readonly version: string;
  /** What could not be cleaned up. */
  readonly warning: string | undefined;
}

async function rotate(operator: Operator, credential: string, secret: string): Promise<Rotated> {
  const { document, versionId: current } = await readCurrent(operator, credential);
  if (document['token_endpoint_auth_method'] === 'private_key_jwt')
    throw new CommandFailed(
      2,
      `${credential} authenticates with a key.\n  Publish the new key at the server beside the old one, then token-vending credentials put --verify.`,
    );
  const text = JSON.stringify({ ...document, client_secret: secret });
  checkDocument(text, operator.local);
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
