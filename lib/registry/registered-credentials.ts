import type { Budgets } from '../access/budgets.ts';
import type { CredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Authorizer } from '../vending/authorizer.ts';
import type { RequestContext } from '../vending/request-context.ts';
import type { CredentialSecrets, NoDocument, StoredDocument } from './credential-secrets.ts';

/**
 * Credentials as they are stored. A caller that may not describe a credential gets the same response
 * for an unknown one as for a policy deny, so that names cannot be probed.
 */
export class RegisteredCredentials {
  readonly #secrets: Pick<CredentialSecrets, 'read'>;
  readonly #authorizer: Pick<Authorizer, 'mayDescribe'>;
  readonly #budgets: Pick<Budgets, 'spend' | 'requireLeft'>;

  constructor(
    secrets: Pick<CredentialSecrets, 'read'>,
    authorizer: Pick<Authorizer, 'mayDescribe'>,
    budgets: Pick<Budgets, 'spend' | 'requireLeft'>,
  ) {
    this.#secrets = secrets;
    this.#authorizer = authorizer;
    this.#budgets = budgets;
  }

  /**
   * The stored document, or why there is none.
   *
   * @throws VendError `secrets_unavailable`
   */
  async look(context: RequestContext, id: CredentialId): Promise<StoredDocument | NoDocument> {
    return await context.times.time('secret', () => this.#secrets.read(id, context.signal));
  }

  /**
   * A name that is of no use costs a part of the caller's budget.
   *
   * @throws VendError `credential_unknown`; `policy_denied` for a caller that may not describe the
   *   credential; `budget_exhausted`, `secrets_unavailable`
   */
  async find(context: RequestContext, id: CredentialId): Promise<StoredDocument> {
    const { principalArn } = context.caller;
    this.#budgets.requireLeft('unknownNames', principalArn);
    const stored = await this.look(context, id);
    if (typeof stored === 'object') return stored;
    this.#budgets.spend('unknownNames', principalArn);
    throw this.unknown(context, id, stored);
  }

  /** The error of a name under which there is no document. */
  unknown(context: RequestContext, id: CredentialId, state: NoDocument): VendError {
    const error = new VendError('credential_unknown', DELETED[state]);
    return this.#authorizer.mayDescribe(context, id)
      ? error
      : new VendError('policy_denied', { conceals: error });
  }
}

const NEW = {
  says: 'The credential does not exist.',
  advice:
    'Check the name. token-vending credentials put, or PUT of the credential, registers a new one.',
};
const DELETED: Readonly<Record<NoDocument, { readonly says: string; readonly advice: string }>> = {
  absent: NEW,
  empty: NEW,
  deleted: {
    says: 'The credential is scheduled for deletion.',
    advice:
      'token-vending credentials restore, or POST /credentials/{team}/{name}/restore, takes the deletion back.',
  },
};
