import { type Command, Option } from 'commander';
import type { RegistryClient } from '../../client/registry-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { CommandError } from '../command-error.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { describeStep } from '../credentials/describe-rotation.ts';
import {
  type FollowedStep,
  followRotation,
  type RotationEnd,
  type RotationStep,
} from '../credentials/follow-rotation.ts';
import { type GlobalOptions, optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { parseDuration } from '../token-options.ts';
import type { Ui } from '../ui.ts';

interface Flags {
  /** Seconds; `false` with `--no-wait`. */
  readonly wait: number | false;
}

const EXAMPLES = `
Examples:
  token-vending credentials rotate checkout/orders-api
  token-vending credentials rotate checkout/orders-api --wait 2m
  token-vending credentials rotate checkout/orders-api --no-wait

Starts a rotation by the recipe of the document (docs/rotation.md), and shows each step on standard error as it ends: create,
set, test, finish. Policy must permit rotateCredential, and describeCredential to show the steps. Callers get tokens meanwhile.

Exit code 10 says that a step failed, with the reason and the remedy. 11 says that the rotation has not ended within --wait.
Neither a timeout nor Ctrl-C ends the rotation: credentials show shows how far it is. To replace a secret by one that you
have, use: token-vending credentials edit checkout/orders-api --set-file client_secret=secret.txt`;

export function registerCredentialsRotate(group: Command, surroundings: Surroundings): void {
  group
    .command('rotate')
    .argument('<credential>', 'team/name')
    .description('rotate the secret or key of a credential now')
    .addOption(
      new Option('--wait <duration>', 'limit for waiting: 90s, 15m')
        .argParser(parseDuration)
        .default(600, '10m'),
    )
    .option('--no-wait', 'start the rotation, and do not wait for its end')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const rotation = await callRegistry(credential, options, surroundings, async (registry) => {
        const { signal } = surroundings;
        const starting = start(registry, credential, options.wait !== false, signal);
        return { registry, ...(await ui.progress(`rotate ${credential}`, starting)) };
      });
      const { versionId } = rotation;
      // With --json, standard error has nothing but an error.
      const progress = options.json ? () => undefined : ui.err;
      progress(`rotation of ${credential} started: version ${versionId}`);
      const { wait } = options;
      if (wait === false) return showEnd(ui, options, credential, versionId, 'started');
      const end = await follow(progress, credential, rotation, wait * 1000, surroundings);
      showEnd(ui, options, credential, versionId, end.outcome, stepOf(end));
      throwUnlessRotated(end, credential);
    });
}

interface Started {
  /** The version that the rotation prepares. */
  readonly versionId: string;
  /** The last step before. */
  readonly before: RotationStep | undefined;
}

async function start(
  registry: RegistryClient,
  credential: string,
  isFollowed: boolean,
  signal: AbortSignal,
): Promise<Started> {
  // Whoever may rotate a credential need not be permitted to describe it.
  const before = isFollowed
    ? await registry.describe(credential, signal).catch(() => undefined)
    : undefined;
  const { pending_version_id: versionId = '' } = await registry.rotate(credential, signal);
  return { versionId, before: before?.rotation.last };
}

async function follow(
  progress: Ui['err'],
  credential: string,
  { registry, versionId, before }: Started & { readonly registry: RegistryClient },
  wait: number,
  { signal }: Surroundings,
): Promise<RotationEnd> {
  const onStep = (step: FollowedStep) => {
    if (step.outcome === 'done') for (const line of describeStep(step)) progress(`  ${line}`);
  };
  const followed = { credential, versionId, before, wait, onStep };
  try {
    return await followRotation(registry, followed, systemClock, signal);
  } catch (error) {
    const goesOn = `The rotation goes on. token-vending credentials show ${credential} shows how far it is.`;
    if (signal.aborted) throw new CommandError(130, `interrupted. ${goesOn}`);
    if (!(error instanceof TokenVendingError)) throw error;
    const { code, message: says, advice, status, requestId } = error;
    throw new TokenVendingError(code, { says, advice: `${goesOn} ${advice}`, status, requestId });
  }
}

function showEnd(
  { out }: Pick<Ui, 'out'>,
  { json }: GlobalOptions,
  credential: string,
  version: string,
  outcome: RotationEnd['outcome'] | 'started',
  step?: RotationStep,
): void {
  if (json) out(JSON.stringify({ credential, outcome, version, step }));
  else if (outcome === 'rotated') out(`${credential} rotated: version ${version}`);
}

function stepOf(end: RotationEnd): RotationStep | undefined {
  return end.outcome === 'failed' ? end.step : undefined;
}

function throwUnlessRotated(end: RotationEnd, credential: string): void {
  if (end.outcome === 'rotated') return;
  const see = `token-vending credentials show ${credential}`;
  if (end.outcome === 'pending')
    throw new CommandError(
      11,
      `The rotation of ${credential} has not ended yet.\n  It goes on. ${see} shows how far it is.`,
    );
  const { step, code = '-', message = '', advice = '' } = end.step;
  throw new CommandError(
    10,
    [
      `The rotation of ${credential} failed at the step ${step}: ${message} (${code})`,
      ...(advice === '' ? [] : [advice]),
      `The log of the rotation function has the details. ${see} shows the current version.`,
    ].join('\n  '),
  );
}
