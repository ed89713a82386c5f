/** The claims of a JWT access token that this system reads (RFC 9068, and `client_id`/`scp` of Hydra). */
export interface TokenClaims {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly aud?: string | readonly string[] | undefined;
  /** Seconds since the Unix epoch. */
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
  readonly iat?: number | undefined;
  readonly jti?: string | undefined;
  readonly client_id?: string | undefined;
  readonly scope?: string | undefined;
  readonly scp?: string | readonly string[] | undefined;
}

/** Why a token is not valid; `malformed` if it is not a signed JWT of an allowed algorithm. */
export type InvalidReason = 'malformed' | 'unknown_key' | 'bad_signature';

export type VerificationResult =
  | { readonly valid: true; readonly claims: TokenClaims }
  | { readonly valid: false; readonly reason: InvalidReason };

/**
 * Port: signature of a JWT by the issuer's JWKS. Checks only the signature. The core checks the
 * claims.
 *
 * @throws VendError `upstream_unavailable`, `upstream_timeout`, `upstream_invalid` if the JWKS
 *   cannot be read
 */
export interface TokenVerifier {
  /**
   * Starts to read the keys if they are not cached, for a token that is about to arrive. Only
   * `verify` waits for it and throws its error.
   */
  prepare(jwksUri: URL): void;
  verify(token: string, jwksUri: URL, signal: AbortSignal): Promise<VerificationResult>;
}
