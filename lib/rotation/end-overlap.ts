import { keepingRegistration, openRun } from './create-step.ts';
import { type Jwk, publicKeys } from './new-key.ts';
import { changeCurrent, changedMeanwhile, readCurrent } from './promote.ts';
import { proveDocument } from './prove-document.ts';
import type { RecipeRun } from './recipe-run.ts';
import type { Recipe } from './recipe-schema.ts';
import { lockRotations, type PendingVersion, unlockRotations } from './removal-lock.ts';
import { findState, type StoredDocument, withoutReplaced } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/** Whether the server may still have the secret or key before the current one. */
export function hasOld({ overlap, secret }: Recipe, current: StoredDocument): boolean {
  const isKnown = findState(current)?.replaced_secret_id !== undefined;
  return overlap && (secret === 'key_pair' || isKnown);
}

/**
 * Removes the secret or key before the current one at the server. No rotation starts meanwhile,
 * because the removal could take its new secret or key away.
 *
 * First the current document must vend: the secret that replaced the old one works, and the document
 * does not name the client of somebody else.
 *
 * May be repeated, and may be killed at any moment.
 *
 * @param before the current document, which has an old secret
 * @param pending the version that is pending before
 * @throws VendError `credential_invalid`, `credential_refused`, `upstream_*`, `secrets_unavailable`
 */
export async function endOverlap(
  ports: StepPorts,
  turn: Turn,
  before: StoredDocument,
  pending: PendingVersion | undefined,
): Promise<void> {
  await lockRotations(ports, turn, before, pending);
  try {
    const current = await readCurrent(ports, turn);
    if (current.versionId !== before.versionId) throw changedMeanwhile();
    await proveDocument(ports, turn, current);
    const run = await openRun(ports, turn, current);
    await keepingRegistration(ports, turn, current, run, () => removeOld(run, turn, current));
    await changeCurrent(ports, turn, (now) => withoutReplaced(now, current, run.registrationToken));
  } catch (error) {
    // The error of the removal says more.
    await unlockRotations(ports, turn.secret, turn.versionId).catch(() => undefined);
    throw error;
  }
  await unlockRotations(ports, turn.secret, turn.versionId);
}

async function removeOld(run: RecipeRun, { recipe }: Turn, current: StoredDocument): Promise<void> {
  if (recipe.secret === 'key_pair') {
    const jwks = publicKeys([current.members['private_key_jwk'] as Jwk]);
    await run.add({ jwks, jwks_text: JSON.stringify(jwks) });
    return;
  }
  await run.removeReplaced(findState(current)?.replaced_secret_id as string);
}
