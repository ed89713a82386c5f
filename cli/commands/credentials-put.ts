import process from 'node:process';
import type { Command } from 'commander';
import { SecretsError } from '../../lib/credential/secret-errors.ts';
import {
  type Operator,
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
} from '../credentials/operator.ts';
import { proveDocument } from '../credentials/prove-document.ts';
import { prompt, readSecret } from '../credentials/read-secret.ts';
import { checkDocument } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { describeProof, toJson } from './credentials-test.ts';

interface Flags extends OperatorFlags {
  readonly file?: string;
  readonly verify?: boolean;
}

const EXAMPLES = `
Examples:
  token-vending credentials put support/tickets-api
  token-vending credentials put support/tickets-api --file document.json --verify
  register-my-client | token-vending credentials put support/tickets-api

Writes to Secrets Manager with your own AWS permissions: secretsmanager:CreateSecret and PutSecretValue on the prefix.
The document is checked first. It is never printed. On a terminal and without --file the command prompts for each key.
It does not show the secret while you type it. docs/api.md describes all keys.

After Ctrl-C the command waits up to 10 seconds for a write that it sent. It reports a missing response.`;

export function registerCredentialsPut(group: Command, surroundings: Surroundings): void {
  group
    .command('put')
    .argument('<credential>', 'team/name')
    .description('store a new or changed credential document in Secrets Manager')
    .option('--file <file>', 'file with the document (default: prompt, or standard input)')
    .option('--verify', 'store it only if a token can be obtained with it; that token is revoked')
    .option(...PREFIX_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const text = await readDocument(flags, surroundings);
      const storing = operate(credential, options, surroundings, async (operator) => {
        checkDocument(text, operator.local);
        const proof = flags.verify ? await proveDocument(text, operator) : undefined;
        return { proof, ...(await store(operator, text)) };
      });
      const { proof, outcome, version } = await ui.progress(`storing ${credential}`, storing);
      const proven = proof === undefined ? {} : toJson(proof);
      if (options.json) return ui.out(JSON.stringify({ credential, outcome, version, ...proven }));
      ui.out(`${credential} ${outcome}: version ${version}`);
      if (proof !== undefined) for (const line of describeProof(proof)) ui.out(`  ${line}`);
    });
}

async function readDocument({ file }: Flags, surroundings: Surroundings): Promise<string> {
  const interactive = file === undefined && process.stdin.isTTY;
  return interactive
    ? await promptForDocument(surroundings)
    : await readSecret(file, 'the document', surroundings);
}

async function promptForDocument(surroundings: Surroundings): Promise<string> {
  const { stderr, signal } = surroundings;
  const optional = async (label: string) => (await prompt(label, stderr, signal)) || undefined;
  return JSON.stringify({
    issuer: await prompt('issuer (https URL)', stderr, signal),
    client_id: await prompt('client id', stderr, signal),
    client_secret: await readSecret(undefined, 'client secret', surroundings),
    scope: await optional('scopes that callers may request, space-separated (empty: none)'),
    default_scope: await optional('default scopes, space-separated (empty: the server decides)'),
    audience: await optional('audience (empty: none)'),
  });
}

interface Stored {
  readonly outcome: 'created' | 'replaced';
  readonly version: string;
}

async function store({ secrets, name }: Operator, text: string): Promise<Stored> {
  try {
    return { outcome: 'replaced', version: (await secrets.put(name, text)).versionId };
  } catch (error) {
    const isNew = error instanceof SecretsError && error.exception === 'ResourceNotFoundException';
    if (!isNew) throw error;
    return { outcome: 'created', version: (await secrets.create({ name, text })).versionId };
  }
}
