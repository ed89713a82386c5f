import { OVERLAP_TAG } from '../credential/rotation-progress.ts';
import { millisecondsOf } from '../credential/rotation-settings.ts';
import { formatInstant } from '../time/instant.ts';
import { promote, readCurrent } from './promote.ts';
import { hasSecretOf, type StoredDocument } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/**
 * Makes the new secret current. The old one is AWSPREVIOUS then, and a tag says until when it works at
 * the server.
 *
 * @returns id of the version that is current now
 * @throws VendError as {@link promote}
 */
export async function finishRotation(
  ports: StepPorts,
  turn: Turn,
  pending: StoredDocument,
): Promise<string> {
  await noteOverlap(ports, turn, pending);
  const current = await promote(ports, turn, pending);
  // Secrets Manager takes a rotation for unfinished while another version than the current one is
  // pending. So this one must not stay pending: the next change of the document replaces it.
  const move = { stage: 'AWSPENDING', from: turn.versionId };
  await ports.secrets.move(turn.secret, move, turn.deadline.signal);
  return current;
}

// Before the new secret is current: with the tag of the rotation before, its old secret could be
// removed at once. A repeated step leaves the tag of the first.
async function noteOverlap(ports: StepPorts, turn: Turn, pending: StoredDocument): Promise<void> {
  const { secrets, clock } = ports;
  const { recipe, secret, deadline } = turn;
  const current = await readCurrent(ports, turn);
  if (hasSecretOf(current, pending)) return;
  const overlap = current.document.rotation?.overlap;
  if (!recipe.overlap || overlap === undefined)
    return await secrets.untag(secret, OVERLAP_TAG, deadline.signal);
  const ends = formatInstant(clock.now() + millisecondsOf(overlap));
  await secrets.tag(secret, OVERLAP_TAG, ends, deadline.signal);
}
