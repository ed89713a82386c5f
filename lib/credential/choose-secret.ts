import { VendError } from '../errors/vend-error.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { throwIfFoundDisabled } from '../vending/usable-credential.ts';
import type { Vending } from '../vending/vending.ts';
import { formatCredentialId } from './id.ts';
import type { Credential } from './source.ts';

/** Where a secret is presented. */
export type ClientEndpoint = 'token' | 'revocation';

/**
 * The version of a secret that is worth a try, whatever the order in which a rotation reaches the server and Secrets
 * Manager: the version at hand; where the server refused that one within 30 s, the version that is current by now; where it
 * refused that one too, the version that was current before, within an hour of the change.
 *
 * @throws VendError `credential_refused` with `retryAfter` where the server refused each of them; `credential_disabled`;
 *   the errors of reading the secret
 */
export async function chooseSecret(
  vending: Vending,
  context: RequestContext,
  atHand: Credential,
  endpoint: ClientEndpoint,
  signal: AbortSignal,
): Promise<Credential> {
  const { credentials } = vending;
  const { stages } = context;
  const refusedFor = (credential: Credential) => secondsRefused(vending, credential, endpoint);
  if (refusedFor(atHand) === 0) return atHand;
  const current = await stages.time('secret', () => credentials.reread(atHand.id, signal));
  throwIfFoundDisabled(vending, context, current);
  if (refusedFor(current) === 0) return current;
  const previous = await stages.time('secret', () => credentials.previous(current, signal));
  if (previous !== undefined && refusedFor(previous) === 0) return previous;
  throw new VendError('credential_refused', { retryAfter: refusedFor(current) });
}

/**
 * What the token endpoint refused is wrong everywhere; an endpoint for revocation may refuse a right secret, since it may
 * want another authentication method.
 */
function secondsRefused(
  { refusals }: Vending,
  { id, versionId }: Credential,
  endpoint: ClientEndpoint,
): number {
  const name = formatCredentialId(id);
  return Math.max(
    refusals.token.secondsLeft(name, versionId),
    refusals[endpoint].secondsLeft(name, versionId),
  );
}

/** @throws VendError `credential_refused` while this version is not tried again */
export function throwIfRefused(
  vending: Vending,
  credential: Credential,
  endpoint: ClientEndpoint,
): void {
  const retryAfter = secondsRefused(vending, credential, endpoint);
  if (retryAfter > 0) throw new VendError('credential_refused', { retryAfter });
}
