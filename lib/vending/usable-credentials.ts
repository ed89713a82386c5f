import type { Budgets } from '../access/budgets.ts';
import type { CredentialId } from '../credential/id.ts';
import type { Presenter } from '../credential/presenter.ts';
import type { Credential, CredentialSource } from '../credential/source.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Authorizer, Requester } from './authorizer.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Credentials that exist and are enabled. A caller that may not describe a credential gets the same
 * response as for a policy deny, so that names cannot be probed.
 */
export class UsableCredentials {
  readonly #credentials: Pick<CredentialSource, 'get' | 'peek'>;
  readonly #authorizer: Pick<Authorizer, 'mayDescribe'>;
  readonly #budgets: Pick<Budgets, 'spend' | 'requireLeft'>;

  constructor(
    credentials: Pick<CredentialSource, 'get' | 'peek'>,
    authorizer: Pick<Authorizer, 'mayDescribe'>,
    budgets: Pick<Budgets, 'spend' | 'requireLeft'>,
  ) {
    this.#budgets = budgets;
    this.#credentials = credentials;
    this.#authorizer = authorizer;
  }

  /**
   * A name that was of no use costs a part of the caller's budget. Without a budget, only
   * credentials that were usable when they were read last are found. Else the response would show
   * which names exist.
   *
   * @throws VendError `credential_unknown`, `credential_disabled`, `policy_denied`, `credential_invalid`, `secrets_unavailable`,
   *   `budget_exhausted`
   */
  async find(
    context: Requester & Pick<RequestContext, 'signal'>,
    id: CredentialId,
  ): Promise<Credential> {
    const { principalArn } = context.caller;
    if (this.#credentials.peek(id)?.document.status !== 'enabled')
      this.#budgets.requireLeft('unknownNames', principalArn);
    try {
      const read = () => this.#credentials.get(id, context.signal);
      const credential = await context.times.time('secret', read);
      throwIfDisabled(credential);
      return credential;
    } catch (error) {
      const reason = VendError.from(error);
      if (isOfNoUse(reason)) this.#budgets.spend('unknownNames', principalArn);
      throw this.#concealed(context, id, reason);
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
    if (!isOfNoUse(error) || this.#authorizer.mayDescribe(requester, id)) return error;
    return new VendError('policy_denied', { conceals: error });
  }
}

function isOfNoUse({ code }: VendError): boolean {
  return code === 'credential_unknown' || code === 'credential_disabled';
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
