import { thumbprintOf } from '../credential/client-certificate.ts';
import type { CredentialDocument } from '../credential/document.ts';
import { requireReadable } from './check-claims.ts';
import type { TokenClaims } from './token-claims.ts';
import { unacceptable } from './unacceptable.ts';

/**
 * Checks `cnf` (RFC 7800): an API accepts such a token only from who has the key. A certificate is
 * known to the holders of the credential, if anybody, so the document must permit such tokens.
 *
 * @returns `x5t#S256` of the certificate to which the token is bound; `undefined` if it is bound to
 *   none
 * @throws VendError `token_unacceptable` naming the member of `cnf`
 */
export function checkConfirmation(
  claims: TokenClaims,
  { authentication, allowsCertificateBoundTokens }: CredentialDocument,
): string | undefined {
  requireReadable(claims, 'cnf', 'a JSON object');
  const { cnf } = claims;
  if (cnf === undefined) return undefined;
  const { certificate } = cnf;
  if (certificate === undefined || cnf.methods.length > 1)
    throw unacceptable(
      `the claim cnf binds the token to a key that no caller has (${cnf.methods.join(', ') || 'no known member'})`,
      'Switch sender-constrained tokens, such as DPoP (RFC 9449), off for this client at the authorization server.',
    );
  if (!('clientCertificate' in authentication) || !allowsCertificateBoundTokens)
    throw unacceptable(
      'the claim cnf binds the token to a client certificate (x5t#S256), which APIs then require of every caller',
      'Switch certificate-bound access tokens off for this client at the authorization server. If the callers have the certificate, set "tls_client_certificate_bound_access_tokens": true in the credential document.',
    );
  if (certificate !== thumbprintOf(authentication.clientCertificate))
    throw unacceptable(
      'the claim cnf must be of the certificate that was presented (x5t#S256), and it is of another one',
      'Check whether a proxy between the function and the authorization server ends TLS, and presents a certificate of its own.',
    );
  return certificate;
}
