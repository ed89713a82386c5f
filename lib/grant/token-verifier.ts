import type { TokenClaims } from './token-claims.ts';

/**
 * Why a token is not valid. `malformed`: it is no signed JWT with a JSON object as its payload.
 * `unsupported_algorithm`: a signature that only the holder of the key can verify, or none.
 */
export type InvalidReason = 'malformed' | 'unsupported_algorithm' | 'unknown_key' | 'bad_signature';

/** The header of a token, and the keys that it was compared with. */
export interface ComparedKeys {
  readonly alg: string;
  readonly kid: string | undefined;
  /** `kid` of each published key that can verify signatures; `undefined` for a key without one. */
  readonly published: readonly (string | undefined)[];
}

export type VerificationResult = (
  | { readonly valid: true; readonly claims: TokenClaims }
  | { readonly valid: false; readonly reason: InvalidReason }
) & {
  /** Absent if no keys were compared. */
  readonly compared?: ComparedKeys;
};

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
