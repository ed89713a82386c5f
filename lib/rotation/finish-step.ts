import { promote } from './promote.ts';
import type { StoredDocument } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/**
 * Makes the new secret current. The old one is AWSPREVIOUS then.
 *
 * @returns id of the version that is current now
 * @throws VendError as {@link promote}
 */
export async function finishRotation(
  ports: StepPorts,
  turn: Turn,
  pending: StoredDocument,
): Promise<string> {
  const current = await promote(ports, turn, pending);
  // Secrets Manager takes a rotation for unfinished while another version than the current one is
  // pending. So this one must not stay pending: the next change of the document replaces it.
  const move = { stage: 'AWSPENDING', from: turn.versionId };
  await ports.secrets.move(turn.secret, move, turn.deadline.signal);
  return current;
}
