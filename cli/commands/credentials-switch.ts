import type { Command } from 'commander';
import type { RegistryClient } from '../../client/registry-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { ChangedCredential } from '../../lib/http/registry-wire.ts';
import { readBefore } from '../credentials/based-on.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Switched {
  /** The result, in one line. */
  readonly outcome: string;
  readonly changed: ChangedCredential;
}

interface Switch {
  readonly name: string;
  readonly description: string;
  readonly help: string;
  /** The effect of the change. */
  readonly consequence: string;
  readonly change: (
    registry: RegistryClient,
    credential: string,
    signal: AbortSignal,
  ) => Promise<Switched>;
}

const PERMISSION = 'Policy must permit switchCredential.';
const EFFECT = 'The change takes effect in every process within 60 s.';

const switches: readonly Switch[] = [
  {
    name: 'disable',
    description: 'disable a credential: nobody can get a token of it',
    help: `${EFFECT} ${PERMISSION}`,
    consequence: `${EFFECT} Tokens that callers hold stay valid until they expire or the server revokes them. credentials bump-epoch drops cached tokens.`,
    change: async (registry, credential, signal) => ({
      outcome: 'disabled',
      changed: await setStatus(registry, credential, 'disabled', signal),
    }),
  },
  {
    name: 'enable',
    description: 'enable a disabled credential',
    help: `${EFFECT} ${PERMISSION}`,
    consequence: EFFECT,
    change: async (registry, credential, signal) => ({
      outcome: 'enabled',
      changed: await setStatus(registry, credential, 'enabled', signal),
    }),
  },
  {
    name: 'bump-epoch',
    description: 'drop every cached token of a credential',
    help: `The next request in each process obtains a new token. Tokens that callers hold stay valid until they expire.
Policy must permit switchCredential and describeCredential.`,
    consequence: `${EFFECT} Tokens that callers hold stay valid until they expire.`,
    change: bumpEpoch,
  },
];

/** The kill switch: commands that change status and epoch only. */
export function registerCredentialsSwitches(group: Command, surroundings: Surroundings): void {
  for (const one of switches) registerSwitch(group, surroundings, one);
}

function registerSwitch(
  group: Command,
  surroundings: Surroundings,
  { name, description, help, consequence, change }: Switch,
): void {
  group
    .command(name)
    .argument('<credential>', 'team/name')
    .description(description)
    .addHelpText(
      'after',
      `\nExamples:\n  token-vending credentials ${name} checkout/orders-api\n\n${help}`,
    )
    .action(async (credential: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const changing = callRegistry(credential, options, surroundings, (registry) =>
        change(registry, credential, surroundings.signal),
      );
      const { outcome, changed } = await ui.progress(`${name} ${credential}`, changing);
      const { version_id: version } = changed;
      if (options.json) return ui.out(JSON.stringify({ credential, outcome, version }));
      ui.out(`${credential} ${outcome}: version ${version}`);
      ui.err(`  ${consequence}`);
    });
}

// Without reading it first: whoever is on call may not have that right.
async function setStatus(
  registry: RegistryClient,
  credential: string,
  status: 'enabled' | 'disabled',
  signal: AbortSignal,
): Promise<ChangedCredential> {
  return await registry.patch(credential, { status }, { version: 'any', signal });
}

async function bumpEpoch(
  registry: RegistryClient,
  credential: string,
  signal: AbortSignal,
  attempts = 2,
): Promise<Switched> {
  const remedy = 'Without it, disable the credential: token-vending credentials disable.';
  const { epoch: before = 0, version_id: version } = await readBefore(
    registry,
    credential,
    remedy,
    signal,
  );
  const epoch = before + 1;
  try {
    const changed = await registry.patch(credential, { epoch }, { version, signal });
    return { outcome: `epoch ${epoch}`, changed };
  } catch (error) {
    const isConflict = error instanceof TokenVendingError && error.code === 'version_conflict';
    if (!isConflict || attempts === 1) throw error;
    return await bumpEpoch(registry, credential, signal, attempts - 1);
  }
}
