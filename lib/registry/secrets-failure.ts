import { isScheduledForDeletion, SecretsError } from '../credential/secret-errors.ts';
import { VendError } from '../errors/vend-error.ts';
import { withoutBody } from '../errors/without-body.ts';

const WRITE_FAILED = 'The credential could not be written to Secrets Manager.';

/** The error of a call that reads. */
export function readFailure(error: unknown): VendError {
  return failureOf(error);
}

/** The error of a call that writes, if nothing of it was carried out. */
export function writeFailure(error: unknown): VendError {
  return failureOf(error, WRITE_FAILED);
}

/** The error if a rotation of the credential has not ended. */
export function rotationUnderWay(): VendError {
  return new VendError('version_conflict', {
    says: 'A rotation of the credential is under way.',
    advice: 'Wait until it ends. GET of the credential shows its last step (rotation.last).',
  });
}

function failureOf(error: unknown, says?: string): VendError {
  if (error instanceof VendError) return error;
  const detail = error instanceof SecretsError ? error.exception : String(nameOf(error));
  return new VendError('secrets_unavailable', { says, detail, cause: withoutBody(error) });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/** Whether Secrets Manager refused a call with one of its exceptions. */
export function isException(error: unknown, ...exceptions: readonly string[]): boolean {
  return error instanceof SecretsError && exceptions.includes(error.exception);
}

/** Whether a secret does not exist, or is scheduled for deletion. */
export function isGone(error: unknown): boolean {
  return isException(error, 'ResourceNotFoundException') || isScheduledForDeletion(error);
}
