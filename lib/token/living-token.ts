import type { Lifetime } from './refresh-window.ts';

/** An access token as its issuer gave it. Holds a token: never log it. */
export interface LivingToken extends Lifetime {
  readonly accessToken: string;
}

/** A token of a holder. Its generation counts them: whatever rejects one must not drop its successor. */
export type HeldToken<T extends LivingToken = LivingToken> = T & { readonly generation: number };

/**
 * Port: one token from wherever tokens come from, past every cache on this side.
 *
 * @param rejected an access token that the API rejected, which must not come again
 * @param minTtl seconds that the token must live
 * @param signal aborts when nobody waits for the token any more
 * @throws CodedError
 */
export type FetchToken<T extends LivingToken = LivingToken> = (
  rejected: string | undefined,
  minTtl: number,
  signal: AbortSignal,
) => Promise<T>;
