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

/** Why a token does not verify; `malformed` where it is not a signed JWT of an allowed algorithm at all. */
export type InvalidReason = 'malformed' | 'unknown_key' | 'bad_signature';

export type VerificationResult =
  | { readonly valid: true; readonly claims: TokenClaims }
  | { readonly valid: false; readonly reason: InvalidReason };

/**
 * Port: signature of a JWT by the issuer's JWKS. Checks the signature only; what the claims must say is
 * the core's business.
 *
 * @throws VendError `upstream_unavailable`, `upstream_timeout`, `upstream_invalid` when the JWKS cannot be had
 */
export interface TokenVerifier {
  /**
   * Begins to read the keys unless they are at hand, for a token that is about to come. Nobody waits for it but `verify`, which
   * tells what is wrong.
   */
  prepare(jwksUri: URL): void;
  verify(token: string, jwksUri: URL, signal: AbortSignal): Promise<VerificationResult>;
}
