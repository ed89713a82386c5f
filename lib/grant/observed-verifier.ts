import type { Exchange } from './exchange.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** A verifier that reports the keys it compared and the claims it read. */
export function observedVerifier(
  verifier: Pick<TokenVerifier, 'verify'>,
  observe: Exchange['observe'],
): Pick<TokenVerifier, 'verify'> {
  if (observe === undefined) return verifier;
  return {
    async verify(token, jwksUri, signal) {
      const result = await verifier.verify(token, jwksUri, signal);
      const { compared } = result;
      if (compared !== undefined) observe({ stage: 'keys', jwksUri: jwksUri.href, compared });
      if (result.valid) observe({ stage: 'claims', claims: result.claims });
      return result;
    },
  };
}
