import type { ErrorCode } from '../errors/error-table.ts';

/** Answer of `POST /oauth2/token` (RFC 6749 section 5.1 and ours besides). */
export interface VendedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Whole seconds from the answer. */
  readonly expires_in: number;
  /** Space-separated; empty where the server granted none. */
  readonly scope: string;
  /** Seconds since the Unix epoch. */
  readonly expires_at: number;
  readonly issued_at: number;
  /** `team/name`. */
  readonly credential: string;
  readonly mint_id: string;
  readonly vend_id: string;
  readonly source: 'minted' | 'cached';
}

/** Every failure (RFC 6749 section 5.2 and ours besides). */
export interface ErrorResponse {
  readonly error: string;
  readonly error_description: string;
  readonly error_uri: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly advice: string;
}

/** Answer of `GET /caller-identity`. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  /** The principal that policies speak of. */
  readonly principal: string;
  readonly kind: string;
  readonly name: string;
  readonly user_id: string;
  readonly session_name?: string | undefined;
  readonly organization?: string | undefined;
  readonly source_ip?: string | undefined;
}

/** One entry of `GET /credentials`: metadata, never a secret. */
export interface CredentialDescription {
  readonly credential: string;
  readonly issuer: string;
  readonly profile: string;
  readonly status: string;
  readonly scopes: readonly string[];
  readonly default_scope: readonly string[];
  readonly audiences: readonly string[];
  readonly resources: readonly string[];
}

/** Answer of `GET /credentials`. */
export interface CredentialList {
  readonly credentials: readonly CredentialDescription[];
}

/** Answer of `POST /access/v1/evaluation` (OpenID AuthZEN Authorization API 1.0 section 5.2). */
export interface EvaluationResponse {
  readonly decision: boolean;
  readonly context: {
    /** `@id` of the policies that determined the decision; empty where none applied: a deny. */
    readonly policies: readonly string[];
    /** `@id` of permits for this caller, action and credential whose conditions are not met. */
    readonly unmet: readonly string[];
    /** What to do about a deny; empty where it is allowed. */
    readonly advice: string;
    /** Evaluation errors; each is a deny. */
    readonly errors: readonly string[];
    /** SHA-256 (hex) of the policies and schema that decided. */
    readonly policy_version: string;
  };
}

/** Answer of `POST /oauth2/introspect` (RFC 7662 section 2.2). */
export type IntrospectionResponse =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly scope?: string | undefined;
      readonly client_id?: string | undefined;
      readonly token_type: 'Bearer';
      readonly exp?: number | undefined;
      readonly iat?: number | undefined;
      readonly nbf?: number | undefined;
      readonly sub?: string | undefined;
      readonly aud?: string | readonly string[] | undefined;
      readonly iss?: string | undefined;
      readonly jti?: string | undefined;
    };

/** Metadata of the endpoint (RFC 8414). */
export interface EndpointMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  /** Version of the function; older ones do not say it. */
  readonly software_version?: string | undefined;
}
