import { REPLACED_STAGE } from '../credential/rotation-statements.ts';
import { openRun } from './create-step.ts';
import { promote, readCurrent } from './promote.ts';
import { isAccepted } from './prove-document.ts';
import { hasSecretOf, readDocument, type StoredDocument } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/**
 * Sends a chosen secret to a server that refuses the old one from then on. It is made current
 * before: until the server knows it, callers get tokens by the previous version, and afterwards by
 * this one. So no request fails between the two.
 *
 * Does nothing if the recipe adds the secret in the first step, or if the server has it already. If
 * the server does not take it, the old secret is made current again.
 *
 * @throws VendError `credential_invalid`, `upstream_*`, `secrets_unavailable`
 */
export async function setSecret(
  ports: StepPorts,
  turn: Turn,
  pending: StoredDocument,
): Promise<void> {
  if (turn.recipe.secret !== 'chosen') return;
  const current = await readCurrent(ports, turn);
  const isRepeated = hasSecretOf(current, pending);
  if (isRepeated && (await isAccepted(ports, turn, pending)) === true) return;
  const old = isRepeated ? await findReplaced(ports, turn) : current;
  try {
    const run = await openRun(ports, turn, pending);
    if (!isRepeated) await keepReplaced(ports, turn, current);
    await promote(ports, turn, pending);
    await run.add({ new_secret: pending.members['client_secret'] });
  } catch (error) {
    // The request may have been carried out although its response is an error, or was lost.
    if ((await isAccepted(ports, turn, pending)) === true) return;
    if (old !== undefined && (await isAccepted(ports, turn, old)) === true)
      await promote(ports, turn, old);
    throw error;
  }
}

async function keepReplaced(
  { secrets, clock }: StepPorts,
  { secret, deadline }: Turn,
  { members }: StoredDocument,
): Promise<void> {
  const copy = { text: JSON.stringify(members), versionId: clock.uuid() };
  await secrets.put(secret, copy, REPLACED_STAGE, deadline.signal);
}

async function findReplaced(
  { secrets, reading }: StepPorts,
  { secret, deadline }: Turn,
): Promise<StoredDocument | undefined> {
  const version = await secrets.read(secret, { stage: REPLACED_STAGE }, deadline.signal);
  return version && readDocument(version, reading);
}
