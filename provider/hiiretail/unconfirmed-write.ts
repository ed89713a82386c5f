import type { HttpsResponse } from '../../lib/http/https-transport.ts';
import { HiiRetailError, type HiiRetailErrorDetails } from './hiiretail-error.ts';
import type { IamCall } from './iam-call.ts';

/** Whether a call may change something. */
export const isWrite = ({ method }: IamCall): boolean => method !== 'GET';

/** Whether a response leaves open what became of the request: a gateway sends these statuses whatever the API behind it does. */
export const leavesOpen = ({ status }: HttpsResponse): boolean => status >= 500 || status === 408;

/** Whether a request that failed with this may have reached the API. Nothing is sent before the certificate is verified. */
export const mayHaveArrived = (error: unknown): boolean =>
  !(error instanceof HiiRetailError && error.code === 'api_tls_failed');

/** Whether this is a response that refuses the call for good. One to a later attempt then holds for an earlier one too. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof HiiRetailError) || error.details.status === undefined) return false;
  return error.code !== 'token_rejected' && !error.retryable;
}

/** @param failure what the call would fail with if it had not been stopped */
export function interrupted(correlationId: string, failure?: unknown): HiiRetailError {
  const details: HiiRetailErrorDetails = failure instanceof HiiRetailError ? failure.details : {};
  const { status, cause } = details;
  return new HiiRetailError('interrupted', { correlationId, status, cause });
}
