import { CodedError } from '../errors/coded-error.ts';

const REFUSALS: ReadonlySet<string> = new Set([
  'credential_refused',
  'credential_disabled',
  'credential_unknown',
  'policy_denied',
  'caller_unidentified',
  'access_forbidden',
]);

/**
 * Whether an error takes the right to tokens from the client or the caller. Then the present token
 * is not returned either. Any other error says nothing about the present token.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof CodedError && REFUSALS.has(error.code);
}
