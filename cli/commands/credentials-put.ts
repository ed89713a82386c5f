import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { readGivenDocument } from '../credentials/given-document.ts';
import {
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
  readingOf,
} from '../credentials/operator.ts';
import { describeProof, proofToJson, showFailedProof } from '../credentials/show-proof.ts';
import { type StoredAndChecked, storeChecked } from '../credentials/store-checked.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags extends OperatorFlags {
  readonly file?: string;
  /** The server profile. The AWS profile is an option of the commands above this one. */
  readonly profile?: string;
  readonly verify?: boolean;
  readonly set: readonly string[];
  readonly setFile: readonly string[];
}

const EXAMPLES = `
Examples:
  token-vending credentials put support/tickets-api
  token-vending credentials put support/tickets-api --file document.json --verify
  register-my-client | token-vending credentials put support/tickets-api
  token-vending credentials put support/tickets-api --profile keycloak
  token-vending credentials put support/tickets-api --file document.json --set "implicit_scope=email profile" --verify
  token-vending --profile my-aws-profile credentials put support/tickets-api --profile keycloak

Writes to Secrets Manager with your own AWS permissions: secretsmanager:CreateSecret and PutSecretValue on the prefix.
The document is checked first. It is never printed. On a terminal and without --file the command prompts for the server
profile, and then for the keys that neither the profile nor --set supplies. It does not show the secret while you type it.
docs/api.md describes all keys.

--set replaces a key of the document: --set access_token_format=opaque, --set "audience=https://a.example.com https://b.example.com",
--set token_parameters.account_id=a1. Secrets cannot be set, because command lines are visible to others.
--set-file reads them from files: --set-file tls_client_certificate=client.pem --set-file tls_client_key=client.key.

--verify shows what each stage of obtaining a token found, as credentials test does.

If AWS KMS signs for the client, the key is checked first (kms:DescribeKey): usage, spec and state. If AWS KMS or AWS STS
signs, the command then requests a token at the endpoint, because only that shows whether the function may sign. If you may
not sign with the key yourself, --verify also uses the endpoint, after the document is stored.

After Ctrl-C the command waits up to 10 seconds for a write that it sent. It reports a missing response.`;

export function registerCredentialsPut(group: Command, surroundings: Surroundings): void {
  group
    .command('put')
    .argument('<credential>', 'team/name')
    .description('store a new or changed credential document in Secrets Manager')
    .option('--file <file>', 'file with the document (default: prompt, or standard input)')
    .option(
      '--profile <name>',
      'server profile of the document, such as keycloak (docs/servers.md); not the AWS profile',
    )
    .option('--set <key=value>', 'key of the document that is no secret (repeatable)', collect, [])
    .option(
      '--set-file <key=file>',
      'secret or certificate of the document, read from a file (repeatable)',
      collect,
      [],
    )
    .option('--verify', 'store it only if a token can be obtained with it; that token is revoked')
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, flags: Flags, command: Command) => {
      const { profile: _, ...own } = optionsOf<Flags>(command);
      const { profile: awsProfile } = optionsOf(group);
      const options = { ...own, ...(awsProfile === undefined ? {} : { profile: awsProfile }) };
      const ui = uiFor(options, surroundings);
      const { file, profile, set, setFile } = flags;
      const given = { file, profile, set, setFile };
      const reading = await readingOf(options, surroundings);
      const text = await readGivenDocument(given, reading, surroundings);
      const storing = operate(credential, options, surroundings, (operator) =>
        storeChecked(
          { credential, options, surroundings },
          { text, verify: flags.verify === true },
          operator,
        ),
      );
      const { json = false } = options;
      const stored = await ui.progress(`storing ${credential}`, storing).catch((error: unknown) => {
        showFailedProof(ui, error, { credential, outcome: 'is not stored', json });
        throw error;
      });
      const { check, proof, warning } = stored;
      if (warning !== undefined) ui.err(warning);
      for (const line of describeStored(credential, stored, json)) ui.out(line);
      const mustBeProven = flags.verify === true && proof === undefined;
      if (check?.result === 'failed' || (mustBeProven && check?.result === 'not_checked'))
        throw check.error ?? new CommandError(8, 'Whether the function may sign is not known.');
    });
}

function describeStored(credential: string, stored: StoredAndChecked, json: boolean): string[] {
  const { proof, outcome, version, check } = stored;
  if (json) {
    const proven = proof === undefined ? {} : proofToJson(proof);
    const signing = check === undefined ? {} : { function_check: check.result };
    return [JSON.stringify({ credential, outcome, version, ...proven, ...signing })];
  }
  const lines = [...(proof === undefined ? [] : describeProof(proof)), ...(check?.lines ?? [])];
  return [`${credential} ${outcome}: version ${version}`, ...lines.map((line) => `  ${line}`)];
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
