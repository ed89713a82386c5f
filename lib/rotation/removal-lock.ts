import { REMOVAL_STAGE } from '../credential/rotation-statements.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { Deadline } from '../time/deadline.ts';
import { ROTATION_NOTE_TIMEOUT } from '../time/time-budget.ts';
import { changedMeanwhile } from './promote.ts';
import type { StoredDocument } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/** The version of a secret that is pending. */
export interface PendingVersion {
  readonly id: string;
  /** `ended`: it is current, too, after a rotation. `removal`: an old secret is being removed. */
  readonly of: 'ended' | 'removal' | 'rotation';
}

/** @returns `undefined` if no version is pending */
export function findPending(
  stages: Readonly<Record<string, readonly string[]>>,
): PendingVersion | undefined {
  const [id, ofVersion = []] =
    Object.entries(stages).find(([, ofOne]) => ofOne.includes('AWSPENDING')) ?? [];
  if (id === undefined) return undefined;
  if (ofVersion.includes('AWSCURRENT')) return { id, of: 'ended' };
  return { id, of: ofVersion.includes(REMOVAL_STAGE) ? 'removal' : 'rotation' };
}

/**
 * Keeps rotations from starting: Secrets Manager starts none while another version than the current
 * one is pending. If it repeats a rotation with the version of the lock, each step refuses that.
 *
 * @param pending the version that was pending before
 * @throws VendError `secrets_unavailable`, also if a rotation started since
 */
export async function lockRotations(
  { secrets }: StepPorts,
  { secret, versionId, deadline }: Turn,
  { members }: StoredDocument,
  pending: PendingVersion | undefined,
): Promise<void> {
  const copy = { versionId, text: JSON.stringify(members) };
  await secrets.put(secret, copy, REMOVAL_STAGE, deadline.signal);
  const move = { stage: 'AWSPENDING', from: pending?.id, to: versionId };
  if (!(await secrets.move(secret, move, deadline.signal))) throw changedMeanwhile();
}

/**
 * Lets rotations start again. It has its own time, because the deadline of the removal may be over.
 *
 * @param versionId the version that is pending because of the lock
 */
export async function unlockRotations(
  { secrets, clock }: StepPorts,
  secret: string,
  versionId: string,
): Promise<void> {
  using deadline = new Deadline(clock, ROTATION_NOTE_TIMEOUT, upstreamTimeout);
  await secrets.move(secret, { stage: 'AWSPENDING', from: versionId }, deadline.signal);
}
