import type { CredentialDocument } from '../credential/document.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** The parameters of one client-credentials request (RFC 6749 section 4.4.2, RFC 8707), already within the ceiling. */
export interface GrantRequest {
  /** Empty: no `scope` parameter is sent. */
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
}

/**
 * A token response as received: its types are checked, its values are not yet checked against the
 * request. Contains a token: never log it.
 */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in?: number | undefined;
  readonly scope?: string | undefined;
}

export interface ServerCall {
  readonly metadata: ServerMetadata;
  readonly document: CredentialDocument;
  /** Aborts with the request's deadline. */
  readonly signal: AbortSignal;
}

/**
 * Port: the requests to an authorization server. Each call makes one request, without retries and
 * without a cache.
 *
 * @throws VendError from all: `upstream_unavailable`, `upstream_timeout`, `upstream_rate_limited`
 *   (with `retryAfter` if the server sends it), `upstream_invalid`; from `requestToken` and
 *   `revokeToken` besides `credential_refused` (invalid_client), `scope_refused`, `target_refused`,
 *   `token_unacceptable`
 */
export interface AuthorizationServer {
  /** The JSON at a well-known URL; `undefined` if the server has none there (404 and the like). */
  readMetadata(url: URL, signal: AbortSignal): Promise<unknown>;
  requestToken(call: ServerCall, grant: GrantRequest): Promise<TokenResponse>;
  /**
   * RFC 7009. Call only if the metadata has a `revocation_endpoint`. Even then a server may not
   * revoke tokens of this type (`unsupported_token_type`, usual for JWTs).
   */
  revokeToken(call: ServerCall, token: string): Promise<'revoked' | 'unsupported'>;
}
