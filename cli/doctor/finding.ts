import { TokenVendingError } from '../../client/token-vending-error.ts';

/** What a check found out. Every text is safe to paste into a ticket: no token, no secret. */
export interface Finding {
  readonly result: 'pass' | 'fail' | 'not_run';
  readonly detail: string;
  /** What to do; where it failed. */
  readonly remedy?: string;
  /** Code of docs/troubleshooting.md, where there is one. */
  readonly code?: string;
  readonly requestId?: string;
}

export function passed(detail: string): Finding {
  return { result: 'pass', detail };
}

export function failed(
  detail: string,
  remedy: string,
  more: { readonly code?: string; readonly requestId?: string | undefined } = {},
): Finding {
  const { code, requestId } = more;
  return {
    result: 'fail',
    detail,
    remedy,
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

export function notRun(why: string): Finding {
  return { result: 'not_run', detail: why };
}

/** The finding of a failure that has its own text; `remedy` where the doctor knows better than the error. */
export function failedWith(error: TokenVendingError, remedy = error.advice): Finding {
  return failed(error.message, remedy, error);
}

/**
 * A failure that the endpoint or the client explains; anything else is a bug or an interruption, and no finding.
 *
 * @throws the error itself, where it is none of ours
 */
export function asTokenVendingError(error: unknown): TokenVendingError {
  if (error instanceof TokenVendingError) return error;
  throw error;
}
