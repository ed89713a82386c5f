import { TokenVendingError } from '../../client/token-vending-error.ts';

/**
 * The result of a check. No text contains a token or a secret, so it can be pasted into a ticket.
 */
export interface Finding {
  readonly result: 'pass' | 'warn' | 'fail' | 'not_run';
  readonly detail: string;
  /** What to do, if the check failed or warns. */
  readonly remedy?: string;
  /** Code of docs/troubleshooting.md, if there is one. */
  readonly code?: string;
  readonly requestId?: string;
}

export function passed(detail: string): Finding {
  return { result: 'pass', detail };
}

/** It works today, and will not for long. */
export function warned(detail: string, remedy: string): Finding {
  return { result: 'warn', detail, remedy };
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

/** The finding of a check that failed with an error. `remedy` replaces the advice of the error. */
export function failedWith(error: TokenVendingError, remedy = error.advice): Finding {
  return failed(error.message, remedy, error);
}

/**
 * Narrows to an error of the endpoint or the client. Any other error is a bug or an interrupt, not
 * a finding.
 *
 * @throws the error itself, if it is another one
 */
export function asTokenVendingError(error: unknown): TokenVendingError {
  if (error instanceof TokenVendingError) return error;
  throw error;
}
