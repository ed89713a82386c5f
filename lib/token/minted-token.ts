/** A minted token in memory. Contains a token: never log it. */
export interface MintedToken {
  readonly accessToken: string;
  /** SHA-256 (hex) of the access token. */
  readonly sha256: string;
  readonly jti: string | undefined;
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly mintId: string;
  /** `team/name`. */
  readonly credential: string;
}
