import { VendError } from '../errors/vend-error.ts';
import type { HttpsResponse } from '../http/https-transport.ts';
import { LONGEST_RETRY_AFTER } from '../time/time-budget.ts';

/**
 * The error that an unexpected response means. Of its text it contains only known error codes,
 * because descriptions of servers echo the request.
 */
export function upstreamErrorOf(response: HttpsResponse): VendError {
  const { status } = response;
  const error = findOAuthError(response.body);
  const details = { detail: `status ${status}${error === undefined ? '' : `, error ${error}`}` };
  if (status === 429)
    return new VendError('upstream_rate_limited', { ...details, ...retryAfterOf(response) });
  if (status === 408) return new VendError('upstream_timeout', details);
  if (status >= 500 || error === 'temporarily_unavailable') {
    return new VendError('upstream_unavailable', { ...details, ...retryAfterOf(response) });
  }
  return rejectionOf(status, error, details);
}

/**
 * The same for reads without client authentication, such as metadata and keys. A refusal there says
 * nothing about the client.
 */
export function readErrorOf(response: HttpsResponse): VendError {
  const error = upstreamErrorOf(response);
  return error.retryable ? error : new VendError('upstream_invalid', { detail: error.detail });
}

function rejectionOf(
  status: number,
  error: string | undefined,
  details: { detail: string },
): VendError {
  if (error === 'unauthorized_client') {
    return new VendError('credential_refused', {
      ...details,
      says: 'The authorization server does not permit this client the client-credentials grant (unauthorized_client).',
    });
  }
  if (error === 'invalid_scope') return new VendError('scope_refused', details);
  if (error === 'invalid_target') return new VendError('target_refused', details);
  // The response of some servers to a wrong secret is a 403 without an error code.
  if (error === 'invalid_client' || status === 401 || (status === 403 && error === undefined)) {
    return new VendError('credential_refused', details);
  }
  return new VendError('upstream_invalid', details);
}

const KNOWN_ERRORS = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'invalid_target',
  'invalid_request',
  'invalid_grant',
  'unsupported_grant_type',
  'temporarily_unavailable',
  'server_error',
  'access_denied',
  'unsupported_token_type',
]);

/** `error` of a JSON response, if it is a registered OAuth error. */
export function findOAuthError(body: string): string | undefined {
  try {
    const error: unknown = JSON.parse(body)?.error;
    return typeof error === 'string' && KNOWN_ERRORS.has(error) ? error : undefined;
  } catch {
    return undefined;
  }
}

// RFC 9110 section 10.2.3: seconds or an HTTP date.
function retryAfterOf({ headers }: HttpsResponse): { retryAfter?: number } {
  const value = headers['retry-after'];
  if (value === undefined) return {};
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds)
    ? {}
    : { retryAfter: Math.min(LONGEST_RETRY_AFTER / 1000, Math.max(0, Math.ceil(seconds))) };
}
