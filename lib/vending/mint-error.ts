import { VendError } from '../errors/vend-error.ts';

/** The error of an announced mint. */
export class MintError extends VendError {
  readonly mintId: string;

  constructor(error: VendError, mintId: string) {
    const { code, message, advice, retryAfter, final, detail, stage, conceals, cause } = error;
    const { members } = error;
    super(code, {
      says: message,
      advice,
      retryAfter,
      final,
      detail,
      stage,
      members,
      cause,
      ...(conceals === undefined ? {} : { conceals }),
    });
    this.mintId = mintId;
  }
}
