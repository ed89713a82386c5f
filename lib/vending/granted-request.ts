import type { CheckedToken } from '../grant/check.ts';
import type { AllowedRequest } from './allowed-request.ts';
import type { TokenRequest } from './token-request.ts';

/** A scope of no server: a policy that permits only listed scopes does not permit it. */
const UNKNOWN_SCOPE = 'urn:token-vending:unknown-scope';

/** The advice if policy does not permit the scopes that an opaque token may have. */
export const UNKNOWN_SCOPE_ADVICE =
  'Request a scope, or have the operator set default_scope in the credential document: no scope was requested, the server does not state that of its token, and policy permits this caller not every scope.';

/**
 * What the server granted, as a request that policy can decide. A server may choose a scope or an
 * audience that nobody requested. For a token that states no audience, that of the request counts.
 * A token whose scope nobody states may have every scope of the document. Without a list there, it
 * may have one that no policy names.
 */
export function grantedRequest(
  {
    scope: stated,
    isScopeUnknown,
    audience,
  }: Pick<CheckedToken, 'scope' | 'isScopeUnknown' | 'audience'>,
  { requested, grant, credential }: Pick<AllowedRequest, 'requested' | 'grant' | 'credential'>,
): TokenRequest {
  const scope = isScopeUnknown ? (credential.document.scope ?? [UNKNOWN_SCOPE]) : stated;
  const granted = { ...requested, ...grant, scope };
  if (audience.length === 0) return granted;
  // A token states resources in `aud`, too (RFC 8707 section 2).
  const resource = grant.resource.filter((value) => audience.includes(value));
  const isAudience = (value: string) => !resource.includes(value) || grant.audience.includes(value);
  return { ...granted, audience: [...new Set(audience)].filter(isAudience).sort(), resource };
}
