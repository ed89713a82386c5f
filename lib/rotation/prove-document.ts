import { formatCredentialId } from '../credential/id.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../grant/ceiling.ts';
import { Deadline } from '../time/deadline.ts';
import { sleep } from '../time/sleep.ts';
import { GRANT_TIMEOUT, ROTATION_TEST_EVERY } from '../time/time-budget.ts';
import type { StoredDocument } from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/**
 * Obtains a token with a document, and revokes it if the server supports that.
 *
 * @throws VendError what a grant throws
 */
export async function proveDocument(
  { grants, clock }: StepPorts,
  { id, deadline: whole, tokens }: Turn,
  { document }: StoredDocument,
): Promise<void> {
  using deadline = new Deadline(clock, GRANT_TIMEOUT, upstreamTimeout, whole.signal);
  const request = withinCeiling(NOTHING_REQUESTED, document);
  const { token } = await grants.obtain(document, request, { deadline });
  tokens.push({ credential: formatCredentialId(id), sha256: token.sha256 });
  // Nobody uses this token. It ends by itself where it cannot be revoked.
  await grants.revoke(document, token.accessToken, { deadline }).catch(() => undefined);
}

/**
 * Obtains a token with a new secret, again and again while the server does not know it yet.
 *
 * @param seconds until every node of the server knows it
 * @throws VendError what a grant throws
 */
export async function awaitAcceptance(
  ports: StepPorts,
  turn: Turn,
  pending: StoredDocument,
  seconds: number,
): Promise<void> {
  const until = ports.clock.now() + seconds * 1000;
  while (true) {
    try {
      return await proveDocument(ports, turn, pending);
    } catch (error) {
      if (!isRefused(error) || ports.clock.now() >= until) throw error;
    }
    await sleep(ports.clock, ROTATION_TEST_EVERY, turn.deadline.signal);
  }
}

/** Whether a server accepts the secret of a document; `undefined` if that is not known. */
export async function isAccepted(
  ports: StepPorts,
  turn: Turn,
  stored: StoredDocument,
): Promise<boolean | undefined> {
  try {
    await proveDocument(ports, turn, stored);
    return true;
  } catch (error) {
    return isRefused(error) ? false : undefined;
  }
}

/** Whether the server refused the client, or may have refused it. */
export function isRefused(error: unknown): boolean {
  return error instanceof VendError && (error.code === 'credential_refused' || error.mayBeRefusal);
}
