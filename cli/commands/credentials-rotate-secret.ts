import type { Command } from 'commander';
import { WriteUnconfirmed, type WrittenVersion } from '../../lib/adapters/operator-secrets.ts';
import { CommandFailed } from '../command-failed.ts';
import {
  type Operator,
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
} from '../credentials/operator.ts';
import { type Proof, proveDocument } from '../credentials/prove-document.ts';
import { readSecret } from '../credentials/read-secret.ts';
import { checkDocument, readStored } from '../credentials/stored-document.ts';
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
      const { proof, version } = await ui.progress(`rotating ${credential}`, rotating);
      if (options.json)
        return ui.out(
          JSON.stringify({ credential, outcome: 'rotated', version, ...toJson(proof) }),
        );
      ui.out(`${credential} rotated: version ${version}`);
      for (const line of describeProof(proof)) ui.out(`  ${line}`);
      ui.err('  The old secret is AWSPREVIOUS: withdraw it at the authorization server.');
    });
}

async function rotate(
  operator: Operator,
  credential: string,
  secret: string,
): Promise<{ proof: Proof; version: string }> {
  const { secrets, name, local, signal } = operator;
  const { document, versionId: current } = await readStored(operator);
  if (document['token_endpoint_auth_method'] === 'private_key_jwt')
    throw new CommandFailed(
      2,
      `${credential} authenticates with a key.\n  Publish the new key at the server beside the old one, then token-vending credentials put --verify.`,
    );
  const text = JSON.stringify({ ...document, client_secret: secret });
  checkDocument(text, local);
  const { versionId } = await putPending(operator, text);
  try {
    const proof = await proveDocument(credential, text, operator);
    await secrets.promote(name, versionId, current);
    return { proof, version: versionId };
  } catch (error) {
    if (error instanceof WriteUnconfirmed)
      throw new CommandFailed(
        130,
        `interrupted. ${error.message}\n  The new version is ${versionId}: token-vending credentials show ${credential} shows whether it is the current one.`,
      );
    await withdraw(operator, versionId);
    throw signal.aborted
      ? new CommandFailed(130, `interrupted. ${credential} is not rotated: the old secret stays.`)
      : error;
  }
}

async function putPending({ secrets, name }: Operator, text: string): Promise<WrittenVersion> {
  try {
    return await secrets.put(name, text, 'AWSPENDING');
  } catch (error) {
    if (!(error instanceof WriteUnconfirmed)) throw error;
    throw new CommandFailed(
      130,
      `interrupted. ${error.message}\n  The old secret stays. The new one may be stored as AWSPENDING, which nothing uses; the next rotate-secret replaces it.`,
    );
  }
}

/** @throws CommandFailed 130 where the version stays pending after an interrupt */
async function withdraw({ secrets, name, signal }: Operator, versionId: string): Promise<void> {
  try {
    await secrets.abandon(name, versionId);
  } catch (error) {
    if (!signal.aborted || !(error instanceof Error)) throw error;
    throw new CommandFailed(
      130,
      `interrupted. ${error.message}\n  The old secret stays. Version ${versionId} of ${name} stays AWSPENDING, which nothing uses; the next rotate-secret replaces it.`,
    );
  }
}
