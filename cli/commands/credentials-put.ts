import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { parseCredentialDocument } from '../../lib/credential-document.ts';
import { findCredentialId } from '../../lib/credential-id.ts';
import { VendError } from '../../lib/vend-error.ts';
import { CommandFailed } from '../command-failed.ts';
import { type GlobalOptions, optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags {
  readonly file?: string;
  readonly prefix?: string;
}

const EXAMPLES = `
Examples:
  token-vending credentials put support/tickets-api --file document.json
  register-my-client | token-vending credentials put support/tickets-api

The document goes to Secrets Manager with your own AWS rights: secretsmanager:CreateSecret and PutSecretValue on
the prefix. It is checked first, and neither it nor its secret is printed.`;

export function registerCredentialsPut(group: Command, surroundings: Surroundings): void {
  group
    .command('put')
    .argument('<credential>', 'team/name')
    .description(
      'store a credential document in Secrets Manager, new or in place of the current one',
    )
    .option('--file <file>', 'with the document (default: standard input)')
    .option('--prefix <prefix>', 'of the secrets (TOKEN_VENDING_SECRET_PREFIX)')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const { environment } = surroundings;
      if (findCredentialId(credential) === undefined)
        throw new CommandFailed(2, `${credential} is not a credential: it must be team/name.`);
      const document =
        flags.file === undefined ? await text(process.stdin) : await readFile(flags.file, 'utf8');
      check(document, environment['TOKEN_VENDING_LOCAL'] === 'true');
      const prefix = flags.prefix ?? environment['TOKEN_VENDING_SECRET_PREFIX'] ?? 'token-vending/';
      const stored = await ui.progress(
        `storing ${credential}`,
        store(`${prefix}${credential}`, document, options, surroundings),
      );
      if (options.json) ui.out(JSON.stringify({ credential, ...stored }));
      else ui.out(`${credential} ${stored.outcome}: version ${stored.version}`);
    });
}

function check(document: string, local: boolean): void {
  try {
    parseCredentialDocument(document, { allowLoopbackHttp: local });
  } catch (error) {
    throw error instanceof VendError ? new CommandFailed(9, error.message) : error;
  }
}

interface Stored {
  readonly outcome: 'created' | 'replaced';
  readonly version: string;
}

async function store(
  name: string,
  document: string,
  { region, profile }: GlobalOptions,
  { environment, signal }: Surroundings,
): Promise<Stored> {
  const { SecretsManagerClient, CreateSecretCommand, PutSecretValueCommand } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const where = region ?? environment['TOKEN_VENDING_REGION'] ?? environment['AWS_REGION'];
  const who = profile ?? environment['TOKEN_VENDING_PROFILE'];
  const client = new SecretsManagerClient({
    ...(where === undefined ? {} : { region: where }),
    ...(who === undefined ? {} : { profile: who }),
  });
  const abort = { abortSignal: signal };
  try {
    const { VersionId = '' } = await client
      .send(new PutSecretValueCommand({ SecretId: name, SecretString: document }), abort)
      .catch(explain);
    return { outcome: 'replaced', version: VersionId };
  } catch (error) {
    if (!(error instanceof SecretMissing)) throw error;
    const { VersionId = '' } = await client
      .send(new CreateSecretCommand({ Name: name, SecretString: document }), abort)
      .catch(explain);
    return { outcome: 'created', version: VersionId };
  } finally {
    client.destroy();
  }
}

class SecretMissing extends Error {}

// The SDK's messages name the caller and the secret's name, never its value.
function explain(error: Error): never {
  if (error.name === 'ResourceNotFoundException') throw new SecretMissing();
  throw new CommandFailed(
    error.name === 'AccessDeniedException' ? 4 : 6,
    `Secrets Manager: ${error.message}`,
  );
}
