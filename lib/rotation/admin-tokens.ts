import { type DocumentOptions, parseCredentialDocument } from '../credential/document.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import type { CredentialStore } from '../credential/store.ts';
import { VendError } from '../errors/vend-error.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../grant/ceiling.ts';
import type { Grants } from '../grant/grants.ts';
import type { Deadline } from '../time/deadline.ts';
import type { AdminToken, AdminTokens } from './admin-access.ts';
import { hostsOf } from './admin-credential.ts';

/**
 * Tokens of credentials of this system, with the defaults of their documents. A token may be sent
 * to the hosts that its document names: the issuer, audiences, resources and scopes that are URLs.
 * So nobody gets it by a document that names another admin API.
 */
export class VendedAdminTokens implements AdminTokens {
  readonly #store: Pick<CredentialStore, 'read'>;
  readonly #grants: Pick<Grants, 'obtain'>;
  readonly #options: DocumentOptions;

  constructor(
    store: Pick<CredentialStore, 'read'>,
    grants: Pick<Grants, 'obtain'>,
    options: DocumentOptions,
  ) {
    this.#store = store;
    this.#grants = grants;
    this.#options = options;
  }

  async obtain(id: CredentialId, deadline: Deadline): Promise<AdminToken> {
    const { text } = await this.#store.read(id, 'AWSCURRENT', deadline.signal);
    const document = parseCredentialDocument(text, this.#options);
    if (document.status === 'disabled') throw new VendError('credential_disabled');
    const request = withinCeiling(NOTHING_REQUESTED, document);
    const { token } = await this.#grants.obtain(document, request, { deadline });
    return {
      credential: formatCredentialId(id),
      accessToken: token.accessToken,
      sha256: token.sha256,
      hosts: hostsOf(document),
    };
  }
}
