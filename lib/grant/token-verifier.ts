import type { TokenClaims } from './token-claims.ts';

/**
 * Why a token is not valid. `malformed`: it is no signed JWT with a JSON object as its payload.
 * `unsupported_algorithm`: a signature that only the holder of the key can verify, or none.
 */
export type InvalidReason = 'malformed' | 'unsupported_algorithm' | 'unknown_key' | 'bad_signature';

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
