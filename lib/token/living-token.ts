import type { Lifetime } from './refresh-window.ts';

/** An access token from its issuer. Contains a token: never log it. */
export interface LivingToken extends Lifetime {
  readonly accessToken: string;
}

/**
 * A token of a holder. Its generation counts the tokens of the holder, so that a late rejection of
 * one token does not drop the next.
 */
export type HeldToken<T extends LivingToken = LivingToken> = T & { readonly generation: number };

/**
 * Port: one token from its source, past every cache of this process.
 *
 * @param rejected an access token that the API rejected and that must not be returned again
 * @param minTtl seconds that the token must live
 * @param signal aborts when nobody waits for the token any more
 * @throws CodedError
 */
export type FetchToken<T extends LivingToken = LivingToken> = (
  rejected: string | undefined,
  minTtl: number,
  signal: AbortSignal,
) => Promise<T>;
