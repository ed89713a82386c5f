import type { Clock } from '../../lib/time/clock.ts';
import { TokenHolder } from '../../lib/token/holder.ts';
import type { LivingToken } from '../../lib/token/living-token.ts';
import { HiiRetailError } from './hiiretail-error.ts';

/**
 * Port: fetches a token, without any cache on this side. The minimum lifetime is part of its
 * settings, and it has its own time budget.
 *
 * @param rejected a token that the API rejected, which must not be returned again
 * @throws VendError, TokenVendingError
 */
export type FetchToken = (rejected: string | undefined) => Promise<LivingToken>;

/** The token of one provider configuration. Every request to the API gets it here. */
export type TokenSource = TokenHolder<LivingToken>;

/**
 * Holds the token of one provider configuration. Nothing is fetched before the first request.
 * Requests do not wait for a renewal if the current token is valid. After an error that is not
 * retryable, nothing is fetched for 30 s.
 *
 * @throws HiiRetailError `token_rejected`, from `get`, if the API rejects every token; the errors
 *   of `fetchToken`
 */
export function openTokenSource(fetchToken: FetchToken, clock: Clock): TokenSource {
  return new TokenHolder({
    fetchToken,
    clock,
    renewal: 'background',
    holdsErrors: true,
    describeRejection: (why) => new HiiRetailError('token_rejected', { messages: [why] }),
  });
}
