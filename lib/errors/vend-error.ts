import { CodedError, type CodedErrorDetails } from './coded-error.ts';
import { type ErrorCode, type ErrorRow, errorTable } from './error-table.ts';

export interface VendErrorDetails extends CodedErrorDetails {
  /** Private: not to be tried again within this request, whatever `retryAfter` says to others. */
  readonly final?: boolean;
  /** Public: the method that `Allow` names. */
  readonly allow?: string;
  /** Private: what happened, if the response must not tell it; the audit record does. */
  readonly conceals?: VendError;
}

/**
 * The error of `lib/`. Foreign errors become one at the adapter's edge; whatever else is thrown is a bug and becomes `internal`.
 *
 * @example
 * ```ts
 * throw new VendError('request_malformed', { says: 'min_ttl must be a whole number of seconds' });
 * ```
 */
export class VendError extends CodedError<ErrorCode> {
  override readonly name = 'VendError';
  readonly final: boolean;
  readonly allow: string | undefined;
  readonly conceals: VendError | undefined;

  constructor(code: ErrorCode, details: VendErrorDetails = {}) {
    super(code, errorTable[code], details);
    this.final = details.final ?? false;
    this.allow = details.allow;
    this.conceals = details.conceals;
  }

  get row(): ErrorRow {
    return errorTable[this.code];
  }

  /** The same error as whatever was thrown: itself if it is ours, else `internal` with the cause kept. */
  static from(error: unknown): VendError {
    return error instanceof VendError ? error : new VendError('internal', { cause: error });
  }
}
