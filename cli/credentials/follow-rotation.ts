import type { RegistryClient } from '../../client/registry-client.ts';
import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { sleep } from '../../lib/time/sleep.ts';
import { ROTATION_POLLED_EVERY } from '../../lib/time/time-budget.ts';

/** The end of one step of a rotation. */
export type RotationStep = NonNullable<RegisteredCredential['rotation']['last']>;

/** How a rotation ended. `pending`: it has not ended in the time that was given. */
export type RotationEnd =
  | { readonly outcome: 'rotated' }
  | { readonly outcome: 'pending' }
  | { readonly outcome: 'failed'; readonly step: RotationStep };

interface Followed {
  readonly credential: string;
  /** Id of the version that the rotation prepares. */
  readonly versionId: string;
  /** Milliseconds. */
  readonly wait: number;
  /** Receives each step that was seen to end. A short step may not be seen. */
  readonly onStep: (step: RotationStep) => void;
}

/**
 * Reads a credential until its rotation ends, at once and then every 2 s.
 *
 * @throws TokenVendingError any code; the `reason` of `signal`
 */
export async function followRotation(
  registry: Pick<RegistryClient, 'describe'>,
  { credential, versionId, wait, onStep }: Followed,
  clock: Clock,
  signal: AbortSignal,
): Promise<RotationEnd> {
  const end = clock.now() + wait;
  let seen: string | undefined;
  for (;;) {
    const registered = await registry.describe(credential, signal);
    const step = stepOf(registered, versionId);
    if (step !== undefined && step.step !== seen) {
      seen = step.step;
      onStep(step);
    }
    if (step?.outcome === 'failed') return { outcome: 'failed', step };
    if (step === undefined ? isWithoutRotation(registered, versionId) : step.step === 'finish')
      return { outcome: 'rotated' };
    if (clock.now() + ROTATION_POLLED_EVERY > end) return { outcome: 'pending' };
    await sleep(clock, ROTATION_POLLED_EVERY, signal);
  }
}

// The last step may be of an earlier rotation.
function stepOf({ rotation }: RegisteredCredential, versionId: string): RotationStep | undefined {
  return rotation.last?.version_id === versionId ? rotation.last : undefined;
}

// The function could not write its steps. A version can be current before its rotation has ended.
function isWithoutRotation(
  { version_id, versions }: RegisteredCredential,
  versionId: string,
): boolean {
  return version_id === versionId && versions.every(({ stages }) => !stages.includes('AWSPENDING'));
}
