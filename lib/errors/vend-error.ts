import { CodedError, type CodedErrorDetails } from './coded-error.ts';
import type { ErrorRow } from './error-row.ts';
import { type ErrorCode, errorTable } from './error-table.ts';

export interface VendErrorDetails extends CodedErrorDetails {
  /** Private: no retry within this request, even if `retryAfter` is set for the caller. */
  readonly final?: boolean;
  /** Public: the method that `Allow` names. */
  readonly allow?: string | undefined;
  /** Public: further members of the response. They contain no secret and no token. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
  /** Private: the real error, if the response must not reveal it. The audit record contains it. */
  readonly conceals?: VendError | undefined;
  /** Private: the stage of the flow in which it occurred. */
  readonly stage?: string | undefined;
  /** Private: the server may have refused the client, although its response does not say so. */
  readonly mayBeRefusal?: boolean | undefined;
}

/**
 * The error of `lib/`. Adapters translate foreign errors into it. Any other error is a bug and
 * becomes `internal`.
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
  readonly members: Readonly<Record<string, unknown>> | undefined;
  readonly conceals: VendError | undefined;
  readonly mayBeRefusal: boolean;
  /** Set by the innermost stage that it leaves. */
  stage: string | undefined;

  constructor(code: ErrorCode, details: VendErrorDetails = {}) {
    super(code, errorTable[code], details);
    this.final = details.final ?? false;
    this.allow = details.allow;
    this.members = details.members;
    this.conceals = details.conceals;
    this.stage = details.stage;
    this.mayBeRefusal = details.mayBeRefusal ?? false;
  }

  /** The same error with other advice. */
  withAdvice(advice: string): VendError {
    // Members of errors that are not enumerable are named.
    return new VendError(this.code, { ...this, says: this.message, cause: this.cause, advice });
  }

  /** The same error with another public text. */
  withText(says: string): VendError {
    return new VendError(this.code, { ...this, says, cause: this.cause });
  }

  /** The same error with further members of the response. */
  withMembers(members: NonNullable<VendErrorDetails['members']>): VendError {
    return new VendError(this.code, { ...this, says: this.message, cause: this.cause, members });
  }

  /** The same error, after which nothing is retried within this request. */
  asFinal(): VendError {
    return new VendError(this.code, {
      ...this,
      says: this.message,
      cause: this.cause,
      final: true,
    });
  }

  get row(): ErrorRow {
    return errorTable[this.code];
  }

  /** Returns a VendError itself, and any other error as `internal` with that error as the cause. */
  static from(error: unknown): VendError {
    return error instanceof VendError ? error : new VendError('internal', { cause: error });
  }
}
