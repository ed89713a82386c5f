import { VendError } from '../errors/vend-error.ts';
import { namingRequest } from './naming-request.ts';
import type { ServerMetadata } from './server-metadata.ts';
import type { TokenClaims } from './token-claims.ts';
import type { InvalidReason, TokenVerifier } from './token-verifier.ts';
import { OPAQUE_ADVICE, unacceptable } from './unacceptable.ts';

/**
 * The claims of a JWT whose signature is valid for a key of the issuer.
 *
 * @throws VendError `token_unacceptable`; `upstream_unavailable` if the key is not published; the
 *   errors of {@link TokenVerifier}
 */
export async function verifySignature(
  token: string,
  { jwksUri, foreignJwksUri }: ServerMetadata,
  verifier: Pick<TokenVerifier, 'verify'>,
  signal: AbortSignal,
): Promise<TokenClaims> {
  if (jwksUri === undefined && foreignJwksUri !== undefined) {
    throw unacceptable(
      `it is a JWT, and jwks_uri of the metadata is on another host than issuer and token_endpoint: ${foreignJwksUri}`,
      `If these keys may vouch for tokens, set "jwks_uri": "${foreignJwksUri}" in the credential document. ${OPAQUE_ADVICE}`,
    );
  }
  if (jwksUri === undefined) {
    throw unacceptable(
      'it is a JWT, and neither the metadata nor the credential document names a jwks_uri (an https URL) to verify it',
      `Set "jwks_uri" in the credential document. ${OPAQUE_ADVICE}`,
    );
  }
  const result = await namingRequest('keys', jwksUri, () =>
    verifier.verify(token, new URL(jwksUri), signal),
  );
  if (!result.valid) throw refusalOf(result.reason);
  return result.claims;
}

function refusalOf(reason: InvalidReason): VendError {
  switch (reason) {
    // Retryable: the server may publish the key later, or sign with a published one.
    case 'unknown_key':
      return new VendError('upstream_unavailable', {
        says: 'The authorization server signed the token with a key that is not among its published keys (jwks_uri).',
        advice: `Try again later: the server may publish the key. ${OPAQUE_ADVICE}`,
        detail: 'keys: unknown key',
      });
    case 'unsupported_algorithm':
      return unacceptable(
        'alg of the JWT must be an asymmetric signature (RS, PS, ES, EdDSA), because with any other one nobody but the API can verify it',
        OPAQUE_ADVICE,
      );
    case 'bad_signature':
      return unacceptable(
        'its signature must be valid for a key of the issuer (jwks_uri)',
        OPAQUE_ADVICE,
      );
    case 'malformed':
      return unacceptable('the payload of the JWT must be a JSON object', OPAQUE_ADVICE);
  }
}
