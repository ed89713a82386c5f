import process from 'node:process';
import type { Command } from 'commander';
import type { RegistryClient } from '../../client/registry-client.ts';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import { isSwitch } from '../../lib/registry/document-change.ts';
import { collect } from '../collect.ts';
import { CommandError } from '../command-error.ts';
import { readBefore } from '../credentials/based-on.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { type Stored, showStored, storedAs } from '../credentials/describe-stored.ts';
import { showRefusedDocument } from '../credentials/describe-test.ts';
import {
  type Members,
  withMemberFiles,
  withMembers,
  withoutMembers,
} from '../credentials/document-members.ts';
import { editDocument } from '../credentials/edit-document.ts';
import { readSecret } from '../credentials/read-secret.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import type { Ui } from '../ui.ts';

interface Flags {
  readonly set: readonly string[];
  readonly setFile: readonly string[];
  readonly unset: readonly string[];
  readonly patch?: string;
  readonly ifVersion?: string;
  readonly test: boolean;
}

const EXAMPLES = `
Examples:
  token-vending credentials edit checkout/orders-api
  token-vending credentials edit checkout/orders-api --set "scope=orders:read orders:write" --unset default_scope
  token-vending credentials edit checkout/orders-api --set-file client_secret=secret.txt
  new-secret-of-my-server | token-vending credentials edit checkout/orders-api --set-file client_secret=-
  token-vending credentials edit checkout/orders-api --set rotation.recipe=keycloak --set rotation.every=30d
  echo '{"default_scope": null}' | token-vending credentials edit checkout/orders-api --patch -

Changes members of the document, and leaves the others as they are. Policy must permit registerCredential and
describeCredential. Without flags, on a terminal, the command opens the public members in $VISUAL, $EDITOR or vi. No change
sends nothing. Secrets are not shown. They change by --set-file, or by a member that you add. The file - is standard input:
on a terminal the command prompts for the secret and does not show it.

The registry obtains a token with the changed document first, as for credentials put. The change is based on the version that
the command read. If somebody else changes the credential meanwhile, that change stays, and yours is not stored.
With --if-version the command reads nothing first. An empty patch ({}) changes no member. The registry then renews the resource
policy of the secret, its copies in other Regions and the schedule of its rotation.`;

export function registerCredentialsEdit(group: Command, surroundings: Surroundings): void {
  group
    .command('edit')
    .argument('<credential>', 'team/name')
    .description('change members of the document of a credential')
    .option('--set <key=value>', 'key of the document that is no secret (repeatable)', collect, [])
    .option(
      '--set-file <key=file>',
      'secret or certificate of the document, read from a file (repeatable)',
      collect,
      [],
    )
    .option('--unset <key>', 'key that is removed from the document (repeatable)', collect, [])
    .option('--patch <file>', 'file with a merge patch (RFC 7396); -: standard input')
    .option('--if-version <id>', 'change this version only')
    .option('--no-test', 'store the document although no token was obtained with it')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const { json } = options;
      const given = await readPatch(options, surroundings);
      const editing = callRegistry(credential, options, surroundings, (registry) => {
        const edit = { registry, credential, flags: options, surroundings };
        return given === undefined
          ? inEditor(edit, ui)
          : ui.progress(`changing ${credential}`, apply(edit, given));
      });
      const stored = await editing.catch((error: unknown) => {
        showRefusedDocument(ui, error, { credential, json });
        throw error;
      });
      showStored(ui, credential, stored, options);
    });
}

/** @returns `undefined` if no flag names a change and there is a terminal for an editor */
async function readPatch(
  { set, setFile, unset, patch, ifVersion }: Flags,
  surroundings: Surroundings,
): Promise<Members | undefined> {
  const read = (file: string, label: string) => readSecret(file, label, surroundings);
  const base = patch === undefined ? {} : await readPatchFile(patch, read);
  const set_ = await withMemberFiles(withMembers(base, set), setFile, read);
  const given = withoutMembers(set_, unset);
  // An empty patch of a file is meant: the registry renews what it keeps beside the document.
  if (patch !== undefined || Object.keys(given).length > 0) return given;
  if (process.stdin.isTTY && ifVersion === undefined) return undefined;
  throw new CommandError(
    2,
    'The command line names no change: use --set, --set-file, --unset or --patch.',
  );
}

async function readPatchFile(
  file: string,
  read: (file: string, label: string) => Promise<string>,
): Promise<Members> {
  const patch = findJsonObject(await read(file, 'the merge patch'));
  if (patch !== undefined) return patch;
  throw new CommandError(2, `${file === '-' ? 'The patch' : file} must be a JSON object.`);
}

interface Edit {
  readonly registry: RegistryClient;
  readonly credential: string;
  readonly flags: Flags;
  readonly surroundings: Surroundings;
}

async function apply(edit: Edit, patch: Members): Promise<Stored> {
  const version = edit.flags.ifVersion ?? (await read(edit)).version_id;
  return await send(edit, patch, version);
}

async function inEditor(edit: Edit, ui: Ui): Promise<Stored> {
  const { credential, surroundings } = edit;
  const reading = read(edit);
  const { document, version_id: version } = await ui.progress(`reading ${credential}`, reading);
  const stored = await editDocument(document, ui, surroundings, (patch) =>
    ui.progress(`changing ${credential}`, send(edit, patch, version)),
  );
  return stored ?? { outcome: 'unchanged', version, test: 'not_needed' };
}

async function read({ registry, credential, surroundings: { signal } }: Edit) {
  const remedy = 'Without it, name the version: --if-version ID.';
  return await readBefore(registry, credential, remedy, signal);
}

async function send(
  { registry, credential, flags: { test }, surroundings: { signal } }: Edit,
  patch: Members,
  version: string,
): Promise<Stored> {
  const changed = await registry.patch(credential, patch, { version, test, signal });
  const stored = storedAs('changed', version, changed, test);
  return isSwitch(patch) ? { ...stored, test: 'not_needed' } : stored;
}
