import type { Clock } from '../../lib/time/clock.ts';
import { TokenHolder } from '../../lib/token/holder.ts';
import type { LivingToken } from '../../lib/token/living-token.ts';
import { HiiRetailError } from './hiiretail-error.ts';

/**
 * Port: one token, past every cache on this side. Its settings say how long it must live, and a budget of its own bounds it.
 *
 * @param rejected a token that the API rejected, which must not come again
 * @throws VendError, TokenVendingError
 */
export type FetchToken = (rejected: string | undefined) => Promise<LivingToken>;

/** The token of one provider configuration, which every request to the API asks for. */
export type TokenSource = TokenHolder<LivingToken>;

/**
 * Holds the token of one provider configuration. Nothing is fetched before the first request. Requests do not wait for a
 * renewal while the token at hand lives, and an error that is not retryable is not repeated for 30 s.
 *
 * @throws HiiRetailError `token_rejected`, from `get`, if the API rejects every token; the errors of `fetchToken`
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
