/** One row of an error table. */
export interface CodedErrorRow {
  /** What happened. Public: it must not contain text from outside. */
  readonly text: string;
  /** What to do. */
  readonly advice: string;
  /** True if the same request may succeed later without any change. */
  readonly retryable: boolean;
}

export interface CodedErrorDetails {
  /** Public: replaces the table's text. Build it only from constants and validated names. */
  readonly says?: string | undefined;
  /** Public: replaces the table's advice. */
  readonly advice?: string | undefined;
  /** Public: whole seconds after which a retry may succeed. */
  readonly retryAfter?: number | undefined;
  /** Private: logged, and never returned to the caller. It must not contain a secret or a token. */
  readonly detail?: string | undefined;
  /** Private: the foreign error that was translated. Never serialised. */
  readonly cause?: unknown;
}

/**
 * The base of every public error. Its code has a row in the table of its part, and is the same in
 * the function, the SDK, the command line and Terraform.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;
  readonly advice: string;
  readonly retryAfter: number | undefined;
  readonly detail: string | undefined;

  constructor(code: Code, row: CodedErrorRow, details: CodedErrorDetails = {}) {
    super(details.says ?? row.text, { cause: details.cause });
    this.code = code;
    this.retryable = row.retryable;
    this.advice = details.advice ?? row.advice;
    this.retryAfter = details.retryAfter;
    this.detail = details.detail;
  }
}
