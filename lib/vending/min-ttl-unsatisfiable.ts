import { VendError } from '../errors/vend-error.ts';
import type { MintedToken } from '../token/minted-token.ts';

/** The error, which states the lifetime that the server grants. */
export function minTtlUnsatisfiable({ issuedAt, expiresAt }: MintedToken): VendError {
  const lifetime = Math.floor((expiresAt - issuedAt) / 1000);
  return new VendError('min_ttl_unsatisfiable', {
    says: `A fresh token of this credential lives ${lifetime} s, which is less than min_ttl.`,
    advice: `Request a min_ttl of less than ${lifetime}, or have the lifetime raised at the authorization server.`,
  });
}
