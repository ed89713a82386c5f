import type { CredentialId } from '../credential/id.ts';
import type { Credential } from '../credential/source.ts';
import { VendError } from '../errors/vend-error.ts';
import { mayDescribe } from './authorize.ts';
import type { RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';
import type { Vending } from './vending.ts';

/**
 * The credential that policy allows, where it exists and is enabled. A caller that may not describe it is answered as if
 * policy had refused, so that names cannot be probed.
 *
 * @throws VendError `credential_unknown`, `credential_disabled`, `policy_denied`, `credential_invalid`, `secrets_unavailable`
 */
export async function findUsableCredential(
  vending: Vending,
  context: RequestContext,
  asked: TokenRequest,
): Promise<Credential> {
  try {
    const credential = await context.stages.time('secret', () =>
      vending.credentials.get(asked.credential, context.signal),
    );
    throwIfDisabled(credential);
    return credential;
  } catch (error) {
    throw concealed(vending, context, asked.credential, VendError.from(error));
  }
}

/**
 * @throws VendError `credential_disabled`; `policy_denied` for a caller that may not describe the credential
 */
export function throwIfFoundDisabled(
  vending: Vending,
  context: RequestContext,
  credential: Credential,
): void {
  try {
    throwIfDisabled(credential);
  } catch (error) {
    throw concealed(vending, context, credential.id, VendError.from(error));
  }
}

function throwIfDisabled(credential: Credential): void {
  if (credential.document.status === 'disabled') throw new VendError('credential_disabled');
}

function concealed(
  vending: Vending,
  context: RequestContext,
  id: CredentialId,
  failure: VendError,
): VendError {
  const reveals = failure.code === 'credential_unknown' || failure.code === 'credential_disabled';
  return !reveals || mayDescribe(vending, context, id)
    ? failure
    : new VendError('policy_denied', { cause: failure });
}
