import type { CredentialDocument } from '../credential/document.ts';
import type { ReceivedResponse } from './received-response.ts';
import type { ServerMetadata } from './server-metadata.ts';
import type { TokenResponse } from './token-response.ts';

/** The parameters of one client-credentials request (RFC 6749 section 4.4.2, RFC 8707), already within the ceiling. */
export interface GrantRequest {
  /** Empty: no `scope` parameter is sent. */
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
}

export interface ServerCall {
  readonly metadata: ServerMetadata;
  readonly document: CredentialDocument;
  /** Aborts with the request's deadline. */
  readonly signal: AbortSignal;
  /** Receives each response, an error or not, before it is read. */
  readonly received?: ((response: ReceivedResponse) => void) | undefined;
}

/** The result of a revocation. `unsupported`: the server does not revoke tokens, or not of this type. */
export type Revocation = 'revoked' | 'unsupported';

/**
 * Port: the requests to an authorization server. Each call makes one request, without retries and
 * without a cache.
 *
 * @throws VendError from all: `upstream_unavailable`, `upstream_timeout`, `upstream_rate_limited`
 *   (with `retryAfter` if the server sends it), `upstream_invalid`; from all but `readMetadata`
 *   besides `credential_refused` (invalid_client), `scope_refused`, `target_refused`,
 *   `token_unacceptable`
 */
export interface AuthorizationServer {
  /** The JSON at a well-known URL; `undefined` if the server has none there (404 and the like). */
  readMetadata(url: URL, signal: AbortSignal): Promise<unknown>;
  requestToken(call: ServerCall, grant: GrantRequest): Promise<TokenResponse>;
  /**
   * RFC 7009. Call only if the metadata has a revocation endpoint. Even then a server may not
   * revoke tokens of this type (`unsupported_token_type`, usual for JWTs).
   */
  revokeToken(call: ServerCall, token: string): Promise<Revocation>;
  /**
   * RFC 7662: the introspection response, as received. Call only if the metadata has an
   * introspection endpoint.
   */
  introspectToken(call: ServerCall, token: string): Promise<Readonly<Record<string, unknown>>>;
}
