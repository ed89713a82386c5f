import type { HttpsResponse } from '../../lib/http/https-transport.ts';
import { HiiRetailError, type HiiRetailErrorDetails } from './hiiretail-error.ts';
import type { IamCall } from './iam-call.ts';

/** Whether a call may change something. */
export const isWrite = ({ method }: IamCall): boolean => method !== 'GET';

/**
 * Whether the outcome is unknown after a response. A gateway sends these statuses whatever the API
 * behind it does.
 */
export const leavesOpen = ({ status }: HttpsResponse): boolean => status >= 500 || status === 408;

/**
 * Whether a failed request may have reached the API. Nothing is sent before the certificate is
 * verified.
 */
export const mayHaveArrived = (error: unknown): boolean =>
  !(error instanceof HiiRetailError && error.code === 'api_tls_failed');

/**
 * Whether the API rejected the call, and the error is not retryable. A rejection of a later attempt
 * also holds for the earlier ones.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof HiiRetailError) || error.details.status === undefined) return false;
  return error.code !== 'token_rejected' && !error.retryable;
}

/** @param otherwise error of the call if it had not been stopped */
export function interrupted(correlationId: string, otherwise?: unknown): HiiRetailError {
  const details: HiiRetailErrorDetails =
    otherwise instanceof HiiRetailError ? otherwise.details : {};
  const { status, cause } = details;
  return new HiiRetailError('interrupted', { correlationId, status, cause });
}
