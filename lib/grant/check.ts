import { hash } from 'node:crypto';
import type { CredentialDocument } from '../credential/document.ts';
import { checkClaims, requireReadable } from './check-claims.ts';
import { checkConfirmation } from './check-confirmation.ts';
import { checkScope } from './check-scope.ts';
import { isDisguisedJwt } from './disguised-jwt.ts';
import type { Expectations } from './expectations.ts';
import { listOf, looksLikeJwt, unverifiedClaims } from './jwt.ts';
import { expiryOf } from './lifetime.ts';
import type { TokenClaims } from './token-claims.ts';
import type { TokenResponse } from './token-response.ts';
import type { TokenVerifier } from './token-verifier.ts';
import { OPAQUE_ADVICE, unacceptable } from './unacceptable.ts';
import { verifySignature } from './verify-signature.ts';

/** The results of the checks. */
export interface CheckedToken {
  readonly accessToken: string;
  /** SHA-256 (hex) of the access token: what everybody else may know of it. */
  readonly sha256: string;
  readonly jti: string | undefined;
  readonly sub?: string | undefined;
  /** The client as the token names it. */
  readonly clientId?: string | undefined;
  /** `x5t#S256` of the client certificate that APIs require besides the token (RFC 8705 section 3). */
  readonly boundTo?: string | undefined;
  /** Sorted; without {@link implicitScope}. */
  readonly scope: readonly string[];
  /** Scopes that the server added and that the document expects. */
  readonly implicitScope?: readonly string[];
  /** No scope was requested, and the token and its response state none: it may have any. */
  readonly isScopeUnknown?: boolean | undefined;
  /** As the token states it; empty if it states none, or cannot be read. */
  readonly audience: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Rejects a token that is not what was requested: a lifetime that can be trusted, a scope not wider
 * than requested, and for a JWT (RFC 9068) signature, `iss`, `aud`, `exp`. Claims that nothing here
 * uses are not read.
 *
 * @param verifier absent if the token is for the requester itself: then the API verifies the
 *   signature, and only the claim `exp` is read
 * @throws VendError `token_unacceptable` naming the member; the errors of {@link TokenVerifier}
 */
export async function checkToken(
  response: TokenResponse,
  expected: Expectations,
  verifier: Pick<TokenVerifier, 'verify'> | undefined,
  signal: AbortSignal,
): Promise<CheckedToken> {
  const { grant, document, metadata, requestedAt } = expected;
  const accessToken = response.access_token;
  const isJwt = isReadAsJwt(accessToken, document);
  if (verifier !== undefined && !isJwt && document.accessTokenFormat === 'auto')
    refuseDisguised(accessToken);
  const claims =
    verifier !== undefined && isJwt
      ? await verifySignature(accessToken, metadata, verifier, signal)
      : undefined;
  if (claims !== undefined) checkClaims(claims, expected);
  const boundTo = claims && checkConfirmation(claims, document);
  if (claims !== undefined) requireReadable(claims, 'exp', 'a number of seconds');
  const exp = verifier === undefined ? hintOfExpiry(response) : claims?.exp;
  return {
    accessToken,
    sha256: hash('sha256', accessToken, 'hex'),
    jti: claims?.jti,
    sub: claims?.sub,
    clientId: claims?.client_id,
    boundTo,
    ...checkScope(response, claims, { grant, document }),
    isScopeUnknown: verifier && isScopeUnknown(response, claims, expected),
    audience: listOf(claims?.aud),
    issuedAt: requestedAt,
    expiresAt: expiryOf({ seconds: response.expires_in, exp, iat: claims?.iat }, expected),
  };
}

// RFC 6749 section 3.3 lets a server choose a scope then. A JWT without the claim has none.
function isScopeUnknown(
  { scope }: TokenResponse,
  claims: TokenClaims | undefined,
  { grant }: Expectations,
): true | undefined {
  const isStated = grant.scope.length > 0 || (scope ?? undefined) !== undefined;
  return claims === undefined && !isStated ? true : undefined;
}

// To a client an access token is opaque (RFC 6749 section 1.4). It is read only if it is certainly a JWT.
function isReadAsJwt(token: string, { accessTokenFormat }: CredentialDocument): boolean {
  if (accessTokenFormat === 'opaque') return false;
  const isJwt = looksLikeJwt(token);
  if (accessTokenFormat === 'jwt' && !isJwt)
    throw unacceptable(
      'access_token must be a JWT',
      'Set "access_token_format" of the credential document to "auto" or "opaque".',
    );
  return isJwt;
}

// Whoever reads more leniently than this function would take claims that nobody checked.
function refuseDisguised(token: string): void {
  if (!isDisguisedJwt(token)) return;
  throw unacceptable(
    'access_token contains the header of a JWT and is none that can be read: it is encrypted (JWE), has a prefix or another number of parts',
    OPAQUE_ADVICE,
  );
}

// An unverified `exp` counts only if the server states no lifetime, because the clock of the server
// may be off.
function hintOfExpiry({ access_token, expires_in }: TokenResponse): number | undefined {
  return expires_in === undefined ? unverifiedClaims(access_token).exp : undefined;
}
