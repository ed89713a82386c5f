import { openRun } from './create-step.ts';
import { awaitAcceptance, isRefused } from './prove-document.ts';
import { findState, type StoredDocument } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/**
 * Obtains a token with the new secret. If the server refuses it and still takes the old one, the
 * new one is removed at the server and is no longer pending, so that the next rotation makes
 * another.
 *
 * @throws VendError what a grant throws
 */
export async function testSecret(
  ports: StepPorts,
  turn: Turn,
  pending: StoredDocument,
): Promise<void> {
  const { recipe, secret, versionId, deadline } = turn;
  try {
    await awaitAcceptance(ports, turn, pending, recipe.propagation);
  } catch (error) {
    if (isRefused(error) && recipe.overlap) {
      const { secret_id } = findState(pending) ?? {};
      // The refusal says more than the error of the clean-up.
      if (secret_id !== undefined)
        await openRun(ports, turn, pending)
          .then((run) => run.remove(secret_id))
          .catch(() => undefined);
      const move = { stage: 'AWSPENDING', from: versionId };
      await ports.secrets.move(secret, move, deadline.signal);
    }
    throw error;
  }
}
