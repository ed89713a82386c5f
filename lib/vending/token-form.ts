import type { CredentialId } from '../credential/id.ts';
import { malformed, parseForm } from '../http/form.ts';
import type { HttpRequest } from '../http/messages.ts';
import { TOKEN_FORM_LIMIT } from '../http/size-limits.ts';
import { requireCredential, type TokenRequest } from './token-request.ts';

/** A token and its credential. */
export interface TokenForm {
  readonly credential: CredentialId;
  readonly token: string;
}

/**
 * Reads `token` and `client_id`, for introspection and revocation. `token_type_hint` is accepted
 * and ignored (RFC 7009 section 2.1).
 *
 * @throws VendError `request_malformed`
 */
export function parseTokenForm(http: HttpRequest): TokenForm {
  const parameters = { token: 'once', token_type_hint: 'once', client_id: 'once' } as const;
  const form = parseForm(http, parameters, { limit: TOKEN_FORM_LIMIT });
  const credential = requireCredential(form.client_id[0]);
  if (form.token[0] === undefined) throw malformed('token is missing');
  return { credential, token: form.token[0] };
}

/** A request about a credential without a token request. */
export function requestAbout(credential: CredentialId): TokenRequest {
  return { credential, scope: [], audience: [], resource: [], minTtl: 0 };
}
