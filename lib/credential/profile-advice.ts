import type { ErrorCode } from '../errors/error-table.ts';
import { VendError } from '../errors/vend-error.ts';
import type { CredentialDocument } from './document.ts';

/** What to do at the kind of server of a document about an error of the grant. */
export function adviceOf(
  { profile }: Pick<CredentialDocument, 'profile'>,
  code: ErrorCode,
): string | undefined {
  return profile.advice[code];
}

/** The error of a grant, whose advice ends with that of the profile. */
export function withAdvice(error: unknown, document: Pick<CredentialDocument, 'profile'>): unknown {
  if (!(error instanceof VendError)) return error;
  const advice = adviceOf(document, error.code);
  return advice === undefined ? error : error.withAdvice(`${error.advice} ${advice}`);
}
