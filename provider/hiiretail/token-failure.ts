import {
  clientErrorTable,
  isClientErrorCode,
  TokenVendingError,
} from '../../client/token-vending-error.ts';
import { errorTable, VendError } from '../../lib/vend-error.ts';

/** A failure to get a token: of the endpoint, on the way to it, or (direct mode) of the authorization server. */
export type TokenFailure = VendError | TokenVendingError;

export function isTokenFailure(error: unknown): error is TokenFailure {
  return error instanceof VendError || error instanceof TokenVendingError;
}

/** Whether another attempt may bring a token without anybody changing anything. */
export function isPassingFailure(error: unknown): boolean {
  if (!isTokenFailure(error)) return false;
  const { code } = error;
  return isClientErrorCode(code) ? clientErrorTable[code].retryable : errorTable[code].retryable;
}
