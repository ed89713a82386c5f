/** The client and server of a mint, without any secret. */
export interface AuditedMint {
  readonly mintId: string;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly authMethod: string;
  /** Version id of the secret in Secrets Manager; absent for a document that is not stored. */
  readonly secretVersion: string | undefined;
  readonly grantedFor: {
    readonly scope: readonly string[];
    readonly audience: readonly string[];
    readonly resource: readonly string[];
  };
}

/** A token in the log: by fingerprint, never by value. */
export interface AuditedToken {
  /** SHA-256 (hex) of the access token. */
  readonly sha256: string;
  readonly jti: string | undefined;
  /** Subject and client of a JWT. */
  readonly sub?: string | undefined;
  readonly clientId?: string | undefined;
  readonly scope: readonly string[];
  /** `x5t#S256` of the client certificate to which it is bound. */
  readonly boundTo?: string | undefined;
  /** Scopes that the server adds to every token. */
  readonly implicitScope?: readonly string[] | undefined;
  readonly audience: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}
