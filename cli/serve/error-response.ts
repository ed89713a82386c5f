import {
  type ClientErrorCode,
  clientErrorTable,
  isClientErrorCode,
  TokenVendingError,
} from '../../client/token-vending-error.ts';
import { type ErrorCode, errorTable } from '../../lib/errors/error-table.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { toErrorDescription } from '../../lib/http/error-description.ts';
import { LoopbackError, loopbackErrorTable } from './loopback-error.ts';

/** An error of the loopback endpoint, as its response states it and the terminal shows it. */
export interface EndpointError {
  /** HTTP status. */
  readonly status: number;
  /** `error` of RFC 6749 section 5.2. */
  readonly error: string;
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly requestId?: string | undefined;
  /** Whole seconds. */
  readonly retryAfter?: number | undefined;
  /** Value of `Allow`. */
  readonly allow?: string | undefined;
}

/** The error that a client sees for `thrown`. Of an error that is not ours, which is a bug, only the name is shown. */
export function toEndpointError(thrown: unknown): EndpointError {
  if (thrown instanceof LoopbackError) {
    const { status, error, advice } = loopbackErrorTable[thrown.code];
    return { status, error, code: thrown.code, message: thrown.message, advice };
  }
  if (thrown instanceof VendError) {
    const { code, message, advice, allow } = thrown;
    return { ...httpOf(code), code, message, advice, allow };
  }
  if (thrown instanceof TokenVendingError) {
    const { code, message, advice, requestId, retryAfter } = thrown;
    return { ...httpOf(code), code, message, advice, requestId, retryAfter };
  }
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return {
    ...httpOf('internal'),
    code: 'internal',
    message: `An unexpected error occurred in token-vending (${name}).`,
    advice: 'Report it with the version of token-vending.',
  };
}

function httpOf(code: ErrorCode | ClientErrorCode): Pick<EndpointError, 'status' | 'error'> {
  if (!isClientErrorCode(code)) {
    const { status, error } = errorTable[code];
    return { status, error };
  }
  return clientErrorTable[code].retryable
    ? { status: 503, error: 'temporarily_unavailable' }
    : { status: 500, error: 'server_error' };
}

const TROUBLESHOOTING =
  'https://github.com/token-vending/token-vending/blob/main/docs/troubleshooting.md';

/** The body of an error response. */
export function toErrorBody(shown: EndpointError): Record<string, unknown> {
  const { error, code, message, advice, requestId } = shown;
  return {
    error,
    // Clients that know only the standard show nothing else, so it also contains the code and the advice.
    error_description: toErrorDescription(`${message} (${code}) ${advice}`),
    error_uri: `${TROUBLESHOOTING}#${code}`,
    code,
    advice,
    request_id: requestId,
  };
}
