import type { RegistryClient } from '../../client/registry-client.ts';
import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { sleep } from '../../lib/time/sleep.ts';
import { ROTATION_POLLED_EVERY } from '../../lib/time/time-budget.ts';

/** The end of one step of a rotation. */
export type RotationStep = NonNullable<RegisteredCredential['rotation']['last']>;

/** A step of which only the end is known if a later step was seen first. */
export type FollowedStep = Pick<
  RotationStep,
  'advice' | 'code' | 'message' | 'outcome' | 'step' | 'version_id'
> &
  Partial<Pick<RotationStep, 'at'>>;

/** How a rotation ended. `pending`: it has not ended in the time that was given. */
export type RotationEnd =
  | { readonly outcome: 'rotated' }
  | { readonly outcome: 'pending' }
  | { readonly outcome: 'failed'; readonly step: RotationStep };

interface Followed {
  readonly credential: string;
  /** Id of the version that the rotation prepares. */
  readonly versionId: string;
  /** The last step before this rotation started. It may be of an earlier attempt of the same one. */
  readonly before?: RotationStep | undefined;
  /** Milliseconds. */
  readonly wait: number;
  /** Receives each step that ended, in their order. */
  readonly onStep: (step: FollowedStep) => void;
}

/**
 * Reads a credential until its rotation ends, at once and then every 2 s.
 *
 * @throws TokenVendingError any code; the `reason` of `signal`
 */
export async function followRotation(
  registry: Pick<RegistryClient, 'describe'>,
  { credential, versionId, before, wait, onStep }: Followed,
  clock: Clock,
  signal: AbortSignal,
): Promise<RotationEnd> {
  const end = clock.now() + wait;
  let told = 0;
  for (;;) {
    const registered = await registry.describe(credential, signal);
    const step = stepOf(registered, versionId, before);
    if (step !== undefined) {
      for (const ended of stepsUpTo(step).slice(told)) onStep(ended);
      told = STEPS.indexOf(step.step) + 1;
    }
    if (step?.outcome === 'failed') return { outcome: 'failed', step };
    if (step === undefined ? isWithoutRotation(registered, versionId) : step.step === 'finish')
      return { outcome: 'rotated' };
    if (clock.now() + ROTATION_POLLED_EVERY > end) return { outcome: 'pending' };
    await sleep(clock, ROTATION_POLLED_EVERY, signal);
  }
}

const STEPS: readonly RotationStep['step'][] = ['create', 'set', 'test', 'finish'];

// A step can be shorter than the interval of the reads. It was done if the next one ended.
function stepsUpTo(last: RotationStep): FollowedStep[] {
  const { version_id } = last;
  const earlier = STEPS.slice(0, STEPS.indexOf(last.step));
  return [...earlier.map((step) => ({ outcome: 'done' as const, step, version_id })), last];
}

// The last step may be of an earlier rotation, or of an earlier attempt of this one.
function stepOf(
  { rotation: { last } }: RegisteredCredential,
  versionId: string,
  before: RotationStep | undefined,
): RotationStep | undefined {
  const isOfThis = last?.version_id === versionId;
  const isOld =
    before?.version_id === versionId && before.step === last?.step && before.at === last.at;
  return isOfThis && !isOld ? last : undefined;
}

// The function could not write its steps. A version can be current before its rotation has ended.
function isWithoutRotation(
  { version_id, versions }: RegisteredCredential,
  versionId: string,
): boolean {
  return version_id === versionId && versions.every(({ stages }) => !stages.includes('AWSPENDING'));
}
