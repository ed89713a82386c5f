import { type Clock, sleep } from './clock.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Milliseconds between two readings of one key set, where a token names a key that is not in it. */
export const KEYS_REREAD_EVERY = 2_000;

/**
 * A verifier for tokens that were just minted: one signed with a key that is not known waits until the keys may be read
 * again, instead of being thrown away. A server may have begun to use the key since they were read last.
 */
export function awaitPublishedKey(verifier: TokenVerifier, clock: Clock): TokenVerifier {
  return {
    async verify(token, jwksUri, signal) {
      const result = await verifier.verify(token, jwksUri, signal);
      if (result.valid || result.failure !== 'unknown_key') return result;
      await sleep(clock, KEYS_REREAD_EVERY, signal);
      return await verifier.verify(token, jwksUri, signal);
    },
  };
}
