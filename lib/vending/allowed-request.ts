import type { AuditedAccess } from '../audit/event.ts';
import type { Credential } from '../credential/source.ts';
import type { GrantRequest } from '../grant/authorization-server.ts';
import type { TokenRequest } from './token-request.ts';

/** One request that policy and ceiling allow. */
export interface AllowedRequest {
  readonly access: AuditedAccess;
  /** The request of the caller. */
  readonly requested: TokenRequest;
  readonly credential: Credential;
  /** The request to the authorization server. */
  readonly grant: GrantRequest;
}
