import type { CodedErrorRow } from './coded-error.ts';

/** One row of the error table of the function. */
export interface ErrorRow extends CodedErrorRow {
  /** HTTP status of the response. */
  readonly status: number;
  /** `error` of RFC 6749 section 5.2, RFC 8707 section 2 or RFC 6749 section 4.1.2.1. */
  readonly error: string;
}
