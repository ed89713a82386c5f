import type { Clock } from '../time/clock.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { sleep } from '../time/sleep.ts';
import { KEYS_REREAD_EVERY } from '../time/time-budget.ts';
import type { TokenVerifier } from './token-verifier.ts';

/**
 * A verifier for tokens that were just minted. If the key of a token is not known, it waits until
 * the keys may be read again, because the server may have started to use the key since the last
 * reading.
 */
export function awaitPublishedKey(
  verifier: Pick<TokenVerifier, 'verify'>,
  clock: Clock,
): Pick<TokenVerifier, 'verify'> {
  return {
    async verify(token, jwksUri, signal) {
      const verify = () => leaveOnAbort(verifier.verify(token, jwksUri, signal), signal);
      const result = await verify();
      if (result.valid || result.reason !== 'unknown_key') return result;
      await sleep(clock, KEYS_REREAD_EVERY, signal);
      return await verify();
    },
  };
}
