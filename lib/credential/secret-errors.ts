interface ErrorResponse {
  /** Exception of the Secrets Manager API: `AccessDeniedException`. */
  readonly exception: string;
  /** The texts of AWS name callers and secrets, never the values of secrets. */
  readonly message: string;
  /** HTTP status. */
  readonly status: number;
  readonly cause?: unknown;
}

/** An error response of Secrets Manager, with its exception name. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';
  /** Exception of the Secrets Manager API: `AccessDeniedException`. */
  readonly exception: string;
  /** HTTP status. After a 4xx nothing was done. After a 5xx that is unknown. */
  readonly status: number;

  constructor({ exception, message, status, cause }: ErrorResponse) {
    super(message, { cause });
    this.exception = exception;
    this.status = status;
  }
}

/** Whether Secrets Manager started no rotation, and attempts the one again that has not ended. */
export function isReattempted(error: unknown): boolean {
  return (
    error instanceof SecretsError &&
    error.exception === 'InvalidRequestException' &&
    /reattempt/i.test(error.message)
  );
}

/** Whether Secrets Manager refused a call because the secret is scheduled for deletion. */
export function isScheduledForDeletion(error: unknown): error is SecretsError {
  return (
    error instanceof SecretsError &&
    error.exception === 'InvalidRequestException' &&
    /delet/i.test(error.message)
  );
}
