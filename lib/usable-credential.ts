import { mayDescribe } from './authorize.ts';
import type { Credential } from './credential-source.ts';
import type { RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';
import { VendError } from './vend-error.ts';
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
    const failure = VendError.from(error);
    const revealing =
      failure.code === 'credential_unknown' || failure.code === 'credential_disabled';
    if (!revealing || mayDescribe(vending, context, asked)) throw failure;
    throw new VendError('policy_denied', { cause: failure });
  }
}

/**
 * @throws VendError `credential_disabled`
 */
export function throwIfDisabled(credential: Credential): void {
  if (credential.document.status === 'disabled') throw new VendError('credential_disabled');
}
