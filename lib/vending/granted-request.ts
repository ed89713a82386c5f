import type { CheckedToken } from '../grant/check.ts';
import type { AllowedRequest } from './allowed-request.ts';
import type { TokenRequest } from './token-request.ts';

/**
 * What the server granted, as a request that policy can decide. A server may choose a scope or an
 * audience that nobody requested. For a token that states no audience, that of the request counts.
 */
export function grantedRequest(
  { scope, audience }: Pick<CheckedToken, 'scope' | 'audience'>,
  { requested, grant }: Pick<AllowedRequest, 'requested' | 'grant'>,
): TokenRequest {
  const granted = { ...requested, ...grant, scope };
  if (audience.length === 0) return granted;
  // A token states resources in `aud`, too (RFC 8707 section 2).
  const resource = grant.resource.filter((value) => audience.includes(value));
  const isAudience = (value: string) => !resource.includes(value) || grant.audience.includes(value);
  return { ...granted, audience: [...new Set(audience)].filter(isAudience).sort(), resource };
}
