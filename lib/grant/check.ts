import { hash } from 'node:crypto';
import type { CredentialDocument } from '../credential/document.ts';
import { splitScope } from '../credential/scope.ts';
import { VendError } from '../errors/vend-error.ts';
import { LONGEST_LIFETIME } from '../time/time-budget.ts';
import type { GrantRequest, TokenResponse } from './authorization-server.ts';
import { type ServerMetadata, sameIssuer } from './server-metadata.ts';
import type { TokenClaims, TokenVerifier } from './token-verifier.ts';

/** What a token answer is held against. */
export interface Expectations {
  readonly grant: GrantRequest;
  readonly document: CredentialDocument;
  readonly metadata: ServerMetadata;
  /** Milliseconds since the Unix epoch when the request left: lifetimes count from there. */
  readonly requestedAt: number;
}

/** What the checks found out about the token. */
export interface CheckedToken {
  readonly accessToken: string;
  readonly sha256: string;
  readonly jti: string | undefined;
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Refuses a token that is not what was asked for: `token_type` Bearer in any case, a lifetime that can be trusted, a scope
 * not wider than asked, and for a JWT (RFC 9068) signature, `iss`, `aud`, `exp`.
 *
 * @throws VendError `token_unacceptable` naming the member; the errors of {@link TokenVerifier}
 */
export async function checkToken(
  response: TokenResponse,
  expected: Expectations,
  verifier: TokenVerifier,
  signal: AbortSignal,
): Promise<CheckedToken> {
  if (response.token_type.toLowerCase() !== 'bearer')
    throw unacceptable('token_type must be Bearer');
  const accessToken = response.access_token;
  const claims = looksLikeJwt(accessToken)
    ? await verify(accessToken, expected, verifier, signal)
    : undefined;
  const scope = checkScope(response, claims, expected);
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
    expiresAt: expiryOf(response, claims, expected.requestedAt),
  };
}

/** Whether a token has the three parts of a signed JWT, the first being a JSON object with `alg` (RFC 7515). */
export function looksLikeJwt(token: string): boolean {
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) return false;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString());
    return typeof parsed === 'object' && parsed !== null && 'alg' in parsed;
  } catch {
    return false;
  }
}

async function verify(
  token: string,
  { document, metadata, grant, requestedAt }: Expectations,
  verifier: TokenVerifier,
  signal: AbortSignal,
): Promise<TokenClaims> {
  if (metadata.jwksUri === undefined) {
    throw unacceptable(
      'it is a JWT, and neither metadata nor credential document name a jwks_uri to verify it with',
    );
  }
  const result = await verifier.verify(token, new URL(metadata.jwksUri), signal);
  if (!result.valid && result.failure === 'unknown_key') throw unknownKey();
  if (!result.valid) throw unacceptable('its signature must be valid by the JWKS of the issuer');
  const { claims } = result;
  if (claims.iss === undefined || !sameIssuer(claims.iss, document))
    throw unacceptable('iss must be the issuer');
  const audience = listOf(claims.aud);
  const missing = [...grant.audience, ...grant.resource].some((value) => !audience.includes(value));
  if (missing) throw unacceptable('aud must hold the requested audience');
  if (claims.exp === undefined || claims.exp * 1000 <= requestedAt)
    throw unacceptable('exp must be in the future');
  return claims;
}

// Not for ever: the server may publish the key, or sign with a published one, the next time.
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

// RFC 6749 section 5.1: omitted means as requested. oidc-provider omits it where it dropped an unknown scope, so the
// JWT's own word counts first.
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

function expiryOf(
  response: TokenResponse,
  claims: TokenClaims | undefined,
  requestedAt: number,
): number {
  const byClaims = claims?.exp === undefined ? Number.POSITIVE_INFINITY : claims.exp * 1000;
  const seconds = response.expires_in;
  if (seconds === undefined && claims === undefined)
    throw unacceptable('expires_in must be present');
  const byAnswer = seconds === undefined ? byClaims : requestedAt + seconds * 1000;
  const expiresAt = Math.min(byAnswer, byClaims);
  if (seconds !== undefined && !(Number.isSafeInteger(seconds) && seconds > 0)) {
    throw unacceptable('expires_in must be a positive whole number of seconds');
  }
  if (expiresAt - requestedAt > LONGEST_LIFETIME)
    throw unacceptable('expires_in must be at most 366 days');
  return expiresAt;
}

/** `aud` and `scp` are a string or a list of them. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function unacceptable(rule: string): VendError {
  return new VendError('token_unacceptable', {
    says: `The authorization server issued a token that was not handed over: ${rule}.`,
  });
}
