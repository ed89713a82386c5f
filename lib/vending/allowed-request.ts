import type { AuditedAccess } from '../audit/event.ts';
import type { Credential } from '../credential/source.ts';
import type { GrantRequest } from '../grant/authorization-server.ts';
import type { TokenRequest } from './token-request.ts';

/** One request that policy and ceiling allow. */
export interface AllowedRequest {
  readonly access: AuditedAccess;
  /** As the caller made it. */
  readonly requested: TokenRequest;
  readonly credential: Credential;
  /** What is requested of the authorization server. */
  readonly grant: GrantRequest;
}
