import { VendError } from '../errors/vend-error.ts';

/** What to do about a JWT that cannot be read or verified here. */
export const OPAQUE_ADVICE =
  'If only the API can verify these tokens, set "access_token_format": "opaque" in the credential document.';

/**
 * The error of a token that fails a check.
 *
 * @param rule names the member and the rule it breaks
 * @param advice names the key of the credential document that permits such tokens
 */
export function unacceptable(rule: string, advice?: string): VendError {
  return new VendError('token_unacceptable', {
    says: `The authorization server issued a token that failed a check, so it was not returned: ${rule}.`,
    detail: rule,
    ...(advice === undefined ? {} : { advice }),
  });
}
