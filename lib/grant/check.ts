import { hash } from 'node:crypto';
import type { CredentialDocument } from '../credential/document.ts';
import { splitScope } from '../credential/scope.ts';
import { VendError } from '../errors/vend-error.ts';
import { LONGEST_LIFETIME } from '../time/time-budget.ts';
import type { GrantRequest, TokenResponse } from './authorization-server.ts';
import { listOf, looksLikeJwt, unverifiedExpiry } from './jwt.ts';
import { type ServerMetadata, sameIssuer } from './server-metadata.ts';
import type { TokenClaims, TokenVerifier } from './token-verifier.ts';

/** The values that a token response is checked against. */
export interface Expectations {
  readonly grant: GrantRequest;
  readonly document: CredentialDocument;
  readonly metadata: ServerMetadata;
  /** When the request was sent: milliseconds since the Unix epoch. Lifetimes count from there. */
  readonly requestedAt: number;
}

/** The results of the checks. */
export interface CheckedToken {
  readonly accessToken: string;
  /** SHA-256 (hex) of the access token: what everybody else may know of it. */
  readonly sha256: string;
  readonly jti: string | undefined;
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Rejects a token that is not what was requested: `token_type` Bearer in any case, a lifetime that
 * can be trusted, a scope not wider than requested, and for a JWT (RFC 9068) signature, `iss`,
 * `aud`, `exp`.
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
  if (response.token_type.toLowerCase() !== 'bearer')
    throw unacceptable('token_type must be Bearer');
  const accessToken = response.access_token;
  const claims =
    verifier !== undefined && looksLikeJwt(accessToken)
      ? await verify(accessToken, expected, verifier, signal)
      : undefined;
  const scope = checkScope(response, claims, expected);
  const exp = verifier === undefined ? hintOfExpiry(response) : claims?.exp;
  return {
    accessToken,
    sha256: hash('sha256', accessToken, 'hex'),
    jti: claims?.jti,
    scope,
    audience:
      claims?.aud === undefined
        ? [...expected.grant.audience, ...expected.grant.resource]
        : listOf(claims.aud),
    issuedAt: expected.requestedAt,
    expiresAt: expiryOf(response, exp, expected.requestedAt),
  };
}

async function verify(
  token: string,
  { document, metadata, grant, requestedAt }: Expectations,
  verifier: Pick<TokenVerifier, 'verify'>,
  signal: AbortSignal,
): Promise<TokenClaims> {
  if (metadata.jwksUri === undefined) {
    throw unacceptable(
      'it is a JWT, and neither the metadata nor the credential document names a jwks_uri to verify it',
    );
  }
  const result = await verifier.verify(token, new URL(metadata.jwksUri), signal);
  if (!result.valid && result.reason === 'unknown_key') throw unknownKey();
  if (!result.valid)
    throw unacceptable('its signature must be valid for a key of the issuer (JWKS)');
  const { claims } = result;
  if (claims.iss === undefined || !sameIssuer(claims.iss, document))
    throw unacceptable('iss must be the issuer');
  const audience = listOf(claims.aud);
  const missing = [...grant.audience, ...grant.resource].some((value) => !audience.includes(value));
  if (missing) throw unacceptable('aud must contain the requested audience');
  if (claims.exp === undefined || claims.exp * 1000 <= requestedAt)
    throw unacceptable('exp must be in the future');
  return claims;
}

// Retryable: the server may publish the key later, or sign with a published one.
function unknownKey(): VendError {
  return new VendError('upstream_unavailable', {
    says: 'The authorization server signed the token with a key that is not among its published keys (jwks_uri).',
  });
}

function checkScope(
  response: TokenResponse,
  claims: TokenClaims | undefined,
  { grant, document }: Expectations,
): readonly string[] {
  const granted = grantedScope(response, claims) ?? grant.scope;
  const bound = grant.scope.length > 0 ? grant.scope : document.scope;
  if (bound !== undefined && !granted.every((scope) => bound.includes(scope))) {
    throw unacceptable('scope must not be wider than requested');
  }
  return granted;
}

// RFC 6749 section 5.1: omitted means as requested. oidc-provider omits it if it dropped an unknown
// scope, so the claim of the JWT counts first.
function grantedScope(
  response: TokenResponse,
  claims: TokenClaims | undefined,
): readonly string[] | undefined {
  if (response.scope !== undefined) return splitScope(response.scope);
  if (claims?.scope !== undefined) return splitScope(claims.scope);
  return claims?.scp === undefined
    ? undefined
    : [...new Set(listOf(claims.scp).flatMap(splitScope))].sort();
}

// An unverified `exp` counts only if the server states no lifetime, because the clock of the server
// may be off.
function hintOfExpiry({ access_token, expires_in }: TokenResponse): number | undefined {
  return expires_in === undefined ? unverifiedExpiry(access_token) : undefined;
}

// `expires_in` counts from the request, so that a slow response shortens nothing; `exp` may shorten it further.
function expiryOf(
  { expires_in: seconds }: TokenResponse,
  exp: number | undefined,
  requestedAt: number,
): number {
  if (seconds === undefined && exp === undefined) throw unacceptable('expires_in must be present');
  if (seconds !== undefined && !(Number.isSafeInteger(seconds) && seconds > 0)) {
    throw unacceptable('expires_in must be a positive whole number of seconds');
  }
  const byResponse = requestedAt + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const expiresAt = Math.min(byResponse, (exp ?? Number.POSITIVE_INFINITY) * 1000);
  if (expiresAt - requestedAt > LONGEST_LIFETIME)
    throw unacceptable('expires_in must be at most 366 days');
  if (expiresAt <= requestedAt) throw unacceptable('exp must be in the future');
  return expiresAt;
}

function unacceptable(rule: string): VendError {
  return new VendError('token_unacceptable', {
    says: `The authorization server issued a token that failed a check, so it was not returned: ${rule}.`,
  });
}
