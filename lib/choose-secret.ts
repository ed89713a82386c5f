import { formatCredentialId } from './credential-id.ts';
import type { Credential } from './credential-source.ts';
import type { RequestContext } from './request-context.ts';
import { throwIfDisabled } from './usable-credential.ts';
import { VendError } from './vend-error.ts';
import type { Vending } from './vending.ts';

/**
 * The version of a secret that is worth a try, whatever the order in which a rotation reaches the server and Secrets
 * Manager: the version at hand; where the server refused that one within 30 s, the version that is current by now; where it
 * refused that one too, the version that was current before, within an hour of the change.
 *
 * @throws VendError `credential_refused` with `retryAfter` where the server refused each of them; `credential_disabled`;
 *   the errors of reading the secret
 */
export async function chooseSecret(
  { credentials, refusals }: Vending,
  { stages }: RequestContext,
  atHand: Credential,
  signal: AbortSignal,
): Promise<Credential> {
  const secondsRefused = ({ id, versionId }: Credential) =>
    refusals.secondsLeft(formatCredentialId(id), versionId);
  if (secondsRefused(atHand) === 0) return atHand;
  const current = await stages.time('secret', () => credentials.reread(atHand.id, signal));
  throwIfDisabled(current);
  if (secondsRefused(current) === 0) return current;
  const previous = await stages.time('secret', () => credentials.previous(current, signal));
  if (previous !== undefined && secondsRefused(previous) === 0) return previous;
  throw new VendError('credential_refused', { retryAfter: secondsRefused(current) });
}
