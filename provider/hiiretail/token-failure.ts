import { TokenVendingError } from '../../client/token-vending-error.ts';
import { VendError } from '../../lib/errors/vend-error.ts';

/** A failure to get a token: of the endpoint, on the way to it, or (direct mode) of the authorization server. */
export type TokenFailure = VendError | TokenVendingError;

export function isTokenFailure(error: unknown): error is TokenFailure {
  return error instanceof VendError || error instanceof TokenVendingError;
}
