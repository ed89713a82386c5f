import type { Command } from 'commander';
import type { RegistryClient } from '../../client/registry-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { collect } from '../collect.ts';
import { CommandError } from '../command-error.ts';
import { currentVersion } from '../credentials/based-on.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { type Stored, showStored, storedAs } from '../credentials/describe-stored.ts';
import { showRefusedDocument } from '../credentials/describe-test.ts';
import type { Members } from '../credentials/document-members.ts';
import { readGivenDocument } from '../credentials/given-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags {
  readonly file?: string;
  /** The server profile. The AWS profile is an option of the commands above this one. */
  readonly profile?: string;
  readonly set: readonly string[];
  readonly setFile: readonly string[];
  readonly ifVersion?: string;
  readonly ifAbsent?: boolean;
  readonly test: boolean;
}

const EXAMPLES = `
Examples:
  token-vending credentials put support/tickets-api
  token-vending credentials put support/tickets-api --file document.json
  register-my-client | token-vending credentials put support/tickets-api --if-absent
  token-vending credentials put support/tickets-api --profile keycloak
  token-vending credentials put support/tickets-api --file document.json --set "implicit_scope=email profile"
  token-vending --profile my-aws-profile credentials put support/tickets-api --profile keycloak

Sends the document to the registry of the deployment. Policy must permit registerCredential. You need no permission on
secrets. The document is never printed. docs/api.md describes all keys. On a terminal and without --file the command prompts
for the server profile, and then for the keys that neither the profile nor --set supplies. It does not show the secret while
you type it.

The registry checks the document and obtains a token with it first. If that fails, it stores nothing, and the command shows
what each stage found. --no-test stores the document without that. A secret that the document does not have stays, and so do
status and epoch.

If the credential exists, the command reads its version first. If somebody changes the credential meanwhile, nothing is
stored. --if-version and --if-absent state the version instead, and need no right to read the credential.

--set replaces a key of the document: --set access_token_format=opaque, --set "audience=https://a.example.com https://b.example.com",
--set token_parameters.account_id=a1, --set rotation.recipe=keycloak. Secrets cannot be set, because command lines are visible
to others. --set-file reads them from files: --set-file tls_client_certificate=client.pem --set-file tls_client_key=client.key.`;

export function registerCredentialsPut(group: Command, surroundings: Surroundings): void {
  group
    .command('put')
    .argument('<credential>', 'team/name')
    .description('register a credential, or replace its document')
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
    .option('--if-version <id>', 'replace this version only')
    .option('--if-absent', 'register only: change nothing if the credential exists')
    .option('--no-test', 'store the document although no token was obtained with it')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, flags: Flags, command: Command) => {
      const { profile: _, ...own } = optionsOf<Flags>(command);
      const { profile: awsProfile } = optionsOf(group);
      const options = { ...own, ...(awsProfile === undefined ? {} : { profile: awsProfile }) };
      const { json } = options;
      const ui = uiFor(options, surroundings);
      const { file, profile, set, setFile } = flags;
      refuseBoth(flags);
      const given = { file, profile, set, setFile };
      const document = await readGivenDocument(given, surroundings);
      const storing = callRegistry(credential, options, surroundings, (registry) =>
        store(registry, credential, document, flags, surroundings.signal),
      );
      const stored = await ui.progress(`storing ${credential}`, storing).catch((error: unknown) => {
        showRefusedDocument(ui, error, { credential, json });
        throw explainProfile(error, profile);
      });
      showStored(ui, credential, stored, options);
    });
}

function refuseBoth({ ifVersion, ifAbsent }: Flags): void {
  if (ifVersion === undefined || ifAbsent !== true) return;
  throw new CommandError(2, '--if-version and --if-absent exclude each other: name one of them.');
}

async function store(
  registry: RegistryClient,
  credential: string,
  document: Members,
  { ifVersion, ifAbsent, test }: Flags,
  signal: AbortSignal,
): Promise<Stored> {
  const stated = ifAbsent === true ? 'none' : ifVersion;
  const version = stated ?? (await currentVersion(registry, credential, signal));
  const changed = await registry.put(credential, document, { version, test, signal });
  return storedAs(version === 'none' ? 'created' : 'replaced', version, changed, test);
}

// Whoever means the AWS profile names one that no document can have.
function explainProfile(error: unknown, profile: string | undefined): unknown {
  const isRefused = error instanceof TokenVendingError && error.code === 'request_malformed';
  if (!isRefused || profile === undefined) return error;
  const { code, message: says, advice, status, requestId } = error;
  return new TokenVendingError(code, {
    says,
    advice: `${advice} --profile is the server profile here. The AWS profile stands before the command: token-vending --profile ${profile} credentials put ...`,
    status,
    requestId,
  });
}
