import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';
import { formatInstant } from '../../lib/time/instant.ts';
import type { FollowedStep } from './follow-rotation.ts';

/** Schedule and state of the rotation of a credential; nothing if there is none. */
export function describeRotation({ document, rotation }: RegisteredCredential): string[] {
  const { enabled, schedule, last_rotated_at, next_rotation_at, pending_version_id, last } =
    rotation;
  if (document['rotation'] === undefined && !enabled && last === undefined) return [];
  return [
    enabled && schedule !== undefined && isScheduled(document) ? schedule : 'on request only',
    `last ${instantOf(last_rotated_at)}, next ${instantOf(next_rotation_at)}`,
    ...(pending_version_id === undefined ? [] : [`version ${pending_version_id} is pending`]),
    ...(last === undefined ? [] : describeStep(last)),
  ];
}

/** The end of one step of a rotation: its name, and of an error reason and remedy. */
export function describeStep({ outcome, step, code, message, advice, at }: FollowedStep): string[] {
  const head = `step ${step} ${outcome}${at === undefined ? '' : ` at ${instantOf(at)}`}`;
  if (outcome === 'done') return [head];
  return [`${head}: ${message ?? ''} (${code ?? '-'})`, ...(advice ? [advice] : [])];
}

// Secrets Manager needs an interval, also for a rotation that only a request starts.
function isScheduled({ rotation }: RegisteredCredential['document']): boolean {
  return typeof rotation === 'object' && rotation !== null && 'every' in rotation;
}

function instantOf(seconds: number | undefined): string {
  return seconds === undefined ? '-' : formatInstant(seconds * 1000);
}
