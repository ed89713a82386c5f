import type { CredentialDocument } from '../credential/document.ts';
import { VendError } from '../errors/vend-error.ts';

/** Adds what helps at this kind of server to the advice of an error, from the profile of the document. */
export async function advisedBy<T>(
  { profile }: Pick<CredentialDocument, 'profile'>,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const advice = error instanceof VendError ? profile.advice[error.code] : undefined;
    throw advice === undefined ? error : advising(error as VendError, advice);
  }
}

function advising(error: VendError, advice: string): VendError {
  return error.advice.includes(advice) ? error : error.advising(`${error.advice} ${advice}`);
}
