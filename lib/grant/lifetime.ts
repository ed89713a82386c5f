import { LONGEST_LIFETIME } from '../time/time-budget.ts';
import type { Expectations } from './expectations.ts';
import { unacceptable } from './unacceptable.ts';

/** The lifetime as the server states it, in seconds. */
export interface StatedLifetime {
  /** `expires_in`. */
  readonly seconds: number | undefined;
  /** Claims of the token: since the Unix epoch, by the clock of the server. */
  readonly exp: number | undefined;
  readonly iat: number | undefined;
}

/**
 * When a token expires. `expires_in` counts from the request, by our clock, so that a slow response
 * shortens nothing. `exp` may shorten it further. A server that states neither needs
 * `access_token_lifetime` in the document.
 *
 * @returns milliseconds since the Unix epoch, from `requestedAt` to ten years later
 * @throws VendError `token_unacceptable`
 */
export function expiryOf(
  { seconds, exp, iat }: StatedLifetime,
  { document, requestedAt, now }: Pick<Expectations, 'document' | 'requestedAt' | 'now'>,
): number {
  const stated = seconds ?? (exp === undefined ? document.accessTokenLifetime : undefined);
  if (stated === undefined && exp === undefined) {
    throw unacceptable(
      'expires_in is missing, and the token names no exp',
      'Set "access_token_lifetime" of the credential document to the seconds that tokens of this server live.',
    );
  }
  const byResponse = requestedAt + (stated ?? Number.POSITIVE_INFINITY) * 1000;
  const byClaim = (exp ?? Number.POSITIVE_INFINITY) * 1000;
  // A token that the server repeats until it ends may have no second left. Its clock is right.
  if (byClaim <= now && byResponse > now) throw isOver(byClaim, iat, now);
  return Math.max(requestedAt, Math.min(byResponse, byClaim, requestedAt + LONGEST_LIFETIME));
}

// A token that is new and has expired was issued by a clock that is behind. `iat` states by how
// much, unless it is after the end of the token.
function isOver(expiresAt: number, iat: number | undefined, now: number) {
  const isStated = iat !== undefined && iat * 1000 <= expiresAt;
  const behind = Math.round((now - (isStated ? iat * 1000 : expiresAt)) / 1000);
  const amount = isStated ? `about ${behind} s` : `at least ${behind} s`;
  return unacceptable(
    `the claim exp must be in the future, and it was ${Math.round((now - expiresAt) / 1000)} s ago: the clock of the server is behind by ${amount}`,
    'Have the clock of the authorization server set right.',
  );
}
