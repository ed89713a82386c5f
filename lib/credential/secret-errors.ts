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
  readonly advice: string;
  /** HTTP status. After a 4xx nothing was done. After a 5xx that is unknown. */
  readonly status: number;

  constructor({ exception, message, status, cause }: ErrorResponse, secret: string) {
    super(message, { cause });
    this.exception = exception;
    this.status = status;
    this.advice = adviceFor(exception, message, secret);
  }
}

/** A write that was sent and that Secrets Manager may have carried out. */
export class WriteUnconfirmed extends Error {
  override readonly name = 'WriteUnconfirmed';
  /**
   * The last response, if there was one: an error after which the write may have been carried out.
   */
  readonly response: SecretsError | undefined;

  /**
   * @param operation of the Secrets Manager API: `CreateSecret`
   * @param cause of the last attempt
   */
  constructor(operation: string, secret: string, cause?: unknown) {
    const response = cause instanceof SecretsError ? cause : undefined;
    super(
      response === undefined
        ? `Secrets Manager did not respond to ${operation} of ${secret}.`
        : `Secrets Manager: ${response.message} (${response.exception})`,
      { cause },
    );
    this.response = response;
  }
}

/** Whether Secrets Manager refused a call because the secret is scheduled for deletion. */
export function isScheduledForDeletion(error: unknown): error is SecretsError {
  return error instanceof SecretsError && namesDeletion(error.exception, error.message);
}

function namesDeletion(exception: string, message: string): boolean {
  return exception === 'InvalidRequestException' && /delet/i.test(message);
}

function adviceFor(exception: string, message: string, secret: string): string {
  switch (exception) {
    case 'AccessDeniedException':
      return `Use an identity that may do this to secret:${secret}-*. If the deployment created the secret, only the function and the rotation role may read it.`;
    case 'ResourceExistsException':
      return 'The secret already exists: import it, or store a new version.';
    case 'InvalidRequestException':
      return namesDeletion(exception, message)
        ? `The secret is scheduled for deletion: restore it with aws secretsmanager restore-secret --secret-id ${secret}, or wait.`
        : 'See the message of AWS above.';
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException':
      return 'Sign in to AWS again (aws sts get-caller-identity must succeed).';
    default:
      return 'See the exception in the API reference of AWS Secrets Manager.';
  }
}
