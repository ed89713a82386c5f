import type { CredentialId } from '../credential/id.ts';
import type { Presenter } from '../credential/secret-versions.ts';
import type { Credential, CredentialSource } from '../credential/source.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Authorizer, Requester } from './authorizer.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Credentials that exist and are enabled. A caller that may not describe a credential gets the same
 * response as for a policy deny, so that names cannot be probed.
 */
export class UsableCredentials {
  readonly #credentials: Pick<CredentialSource, 'get'>;
  readonly #authorizer: Pick<Authorizer, 'mayDescribe'>;

  constructor(
    credentials: Pick<CredentialSource, 'get'>,
    authorizer: Pick<Authorizer, 'mayDescribe'>,
  ) {
    this.#credentials = credentials;
    this.#authorizer = authorizer;
  }

  /**
   * @throws VendError `credential_unknown`, `credential_disabled`, `policy_denied`, `credential_invalid`, `secrets_unavailable`
   */
  async find(
    context: Requester & Pick<RequestContext, 'signal'>,
    id: CredentialId,
  ): Promise<Credential> {
    try {
      const read = () => this.#credentials.get(id, context.signal);
      const credential = await context.times.time('secret', read);
      throwIfDisabled(credential);
      return credential;
    } catch (error) {
      throw this.#concealed(context, id, VendError.from(error));
    }
  }

  /**
   * @throws VendError `credential_disabled`; `policy_denied` for a caller that may not describe the credential
   */
  admit(requester: Requester, credential: Credential): void {
    try {
      throwIfDisabled(credential);
    } catch (error) {
      throw this.#concealed(requester, credential.id, VendError.from(error));
    }
  }

  #concealed(requester: Requester, id: CredentialId, error: VendError): VendError {
    const reveals = error.code === 'credential_unknown' || error.code === 'credential_disabled';
    if (!reveals || this.#authorizer.mayDescribe(requester, id)) return error;
    return new VendError('policy_denied', { conceals: error });
  }
}

function throwIfDisabled({ document }: Credential): void {
  if (document.status === 'disabled') throw new VendError('credential_disabled');
}

/** Presents secrets for a request, with the versions of the credential that its caller may use. */
export function presenterFor(
  usable: Pick<UsableCredentials, 'admit'>,
  context: RequestContext,
  signal = context.signal,
): Presenter {
  const admit = (credential: Credential) => usable.admit(context, credential);
  return { signal, times: context.times, admit };
}
