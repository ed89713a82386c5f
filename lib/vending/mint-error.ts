import { VendError } from '../errors/vend-error.ts';

/** The error of an announced mint. */
export class MintError extends VendError {
  readonly mintId: string;

  constructor(error: VendError, mintId: string) {
    const { code, message, advice, retryAfter, final, detail, stage, conceals, cause } = error;
    super(code, {
      says: message,
      advice,
      retryAfter,
      final,
      detail,
      stage,
      cause,
      ...(conceals === undefined ? {} : { conceals }),
    });
    this.mintId = mintId;
  }
}
