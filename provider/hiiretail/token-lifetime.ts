import { VendError } from '../../lib/errors/vend-error.ts';
import type { TokenResponse } from '../../lib/grant/authorization-server.ts';
import { LONGEST_LIFETIME } from '../../lib/time/time-budget.ts';

// Both expires_in and exp are whole seconds, so a token may end up to one earlier than they say.
const CUT_OFF = 1;

/**
 * When a token ends: by `expires_in`, which counts from the request, else by `exp` of a JWT. The signature is the API's business and
 * is not verified here, so `exp` is a hint and never prolongs anything.
 *
 * @param requestedAt milliseconds since the Unix epoch
 * @throws VendError `token_unacceptable` where neither says so: a token is never kept for ever
 */
export function expiryOf(
  { access_token, token_type, expires_in }: TokenResponse,
  requestedAt: number,
): number {
  if (token_type.toLowerCase() !== 'bearer') throw unacceptable('token_type must be Bearer');
  const seconds = expires_in ?? secondsByClaims(access_token, requestedAt);
  if (seconds === undefined || !Number.isFinite(seconds) || seconds <= 0) {
    throw unacceptable('expires_in must be a positive number of seconds');
  }
  if (seconds * 1000 > LONGEST_LIFETIME) throw unacceptable('expires_in must be at most 366 days');
  return requestedAt + (seconds - Math.min(CUT_OFF, seconds / 2)) * 1000;
}

function secondsByClaims(token: string, requestedAt: number): number | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { exp } = JSON.parse(payload);
    return typeof exp === 'number' ? exp - requestedAt / 1000 : undefined;
  } catch {
    return undefined;
  }
}

function unacceptable(rule: string): VendError {
  return new VendError('token_unacceptable', {
    says: `The authorization server issued a token that cannot be used: ${rule}.`,
  });
}
