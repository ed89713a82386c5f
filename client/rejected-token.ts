import { hash } from 'node:crypto';
import { TokenVendingError } from './token-vending-error.ts';

/** Parameter of a token request: the SHA-256 of a token that an API rejected. */
export const REJECTED_PARAMETER = 'rejected_token_sha256';

/** The SHA-256 (hex, lower case) of a token, or of a value that is one already. */
export function toSha256(token: string): string {
  return /^[0-9a-f]{64}$/i.test(token) ? token.toLowerCase() : hash('sha256', token, 'hex');
}

/**
 * Whether an endpoint refused {@link REJECTED_PARAMETER} because it does not know it. Older
 * endpoints do not repeat a name with digits.
 */
export function isOfOlderEndpoint(error: unknown): boolean {
  return (
    error instanceof TokenVendingError &&
    error.code === 'request_malformed' &&
    /^(rejected_token_sha256|A parameter) is (not a parameter of|unknown for) this route/.test(
      error.message,
    )
  );
}
