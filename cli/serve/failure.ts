import {
  type ClientErrorCode,
  clientErrorTable,
  isClientErrorCode,
  TokenVendingError,
} from '../../client/token-vending-error.ts';
import { type ErrorCode, errorTable } from '../../lib/errors/error-table.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { Refusal, refusalTable } from './refusal.ts';

/** Any failure of the loopback endpoint, as it is answered and shown. */
export interface Failure {
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
  /** What `Allow` names. */
  readonly allow?: string | undefined;
}

/** The same failure as whatever was thrown; what is none of ours is a bug, and only its name is told. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Refusal) {
    const { status, error, advice } = refusalTable[thrown.code];
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

function httpOf(code: ErrorCode | ClientErrorCode): Pick<Failure, 'status' | 'error'> {
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

/** The body of an error answer. */
export function toErrorAnswer(failure: Failure): Record<string, unknown> {
  const { error, code, message, advice, requestId } = failure;
  return {
    error,
    // Clients that know only the standard show this and nothing else, so the code and the advice are in it too.
    error_description: toDescription(`${message} (${code}) ${advice}`),
    error_uri: `${TROUBLESHOOTING}#${code}`,
    code,
    advice,
    request_id: requestId,
  };
}

/** RFC 6749 section 5.2 lets neither `"` nor `\` nor anything beyond ASCII into an `error_description`. */
function toDescription(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
    .trim();
}
