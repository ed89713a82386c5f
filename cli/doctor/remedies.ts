import type { TokenVendingError } from '../../client/token-vending-error.ts';
import { errorTable, isErrorCode } from '../../lib/errors/error-table.ts';
import type { CredentialDescription } from '../../lib/http/wire.ts';
import { OPERATOR_READS_LOG } from './credential.ts';

/**
 * What to do about an error of a token request. The advice of the endpoint is about this error, and
 * stands unless it is the general one of its code.
 *
 * @param credential if the caller may see it
 */
export function remedyFor(
  error: TokenVendingError,
  credential: CredentialDescription | undefined,
): string {
  const { code, advice } = error;
  const always = ALWAYS[code];
  if (always !== undefined) return always;
  if (!isErrorCode(code) || advice !== errorTable[code].advice) return advice;
  return improve(error, credential) ?? advice;
}

type Remedies = Readonly<Partial<Record<TokenVendingError['code'], string>>>;

const ALWAYS: Remedies = {
  policy_denied:
    'The credential does not exist, or it is disabled, or policy refuses its default scope or audience. Set --scope and --audience, or ask the operator.',
  secrets_unavailable: OPERATOR_READS_LOG,
  audit_unavailable: OPERATOR_READS_LOG,
};

function improve(
  { code, message, retryable }: TokenVendingError,
  credential: CredentialDescription | undefined,
): string | undefined {
  const { issuer, scopes = [], audiences = [], resources = [] } = credential ?? {};
  const targets = [...audiences, ...resources];
  switch (code) {
    case 'scope_refused':
      return scopes.length > 0 ? `Request a listed scope: ${scopes.join(' ')}.` : undefined;
    case 'target_refused':
      return targets.length > 0 ? `Request one of ${targets.join(' ')}.` : undefined;
    case 'token_unacceptable':
      return 'Ask the operator to compare the named member with the credential document (issuer, audience, scope, jwks_uri) and with the registration of the client at the authorization server.';
    case 'upstream_invalid':
      return /\bissuer\b/.test(message) ? compareIssuers(issuer) : undefined;
    default:
      return retryable ? tryLater(issuer) : undefined;
  }
}

function compareIssuers(issuer = 'its value'): string {
  return `Ask the operator to compare issuer in the credential document (${issuer}) with issuer at its /.well-known/openid-configuration: they must be equal.`;
}

function tryLater(issuer = 'the authorization server'): string {
  return `Try again in a minute. If it fails again, check the status of ${issuer}, and ask the operator whether the function can reach it.`;
}
