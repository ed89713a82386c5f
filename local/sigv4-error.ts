/** The error response of AWS to a signature that it does not accept. */
export class SigV4Error extends Error {
  override readonly name = 'SigV4Error';
  readonly status = 403;
  /** Value of `x-amzn-ErrorType`. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }

  /** Function URLs capitalise the member name only for unsigned requests. */
  get body(): string {
    return JSON.stringify(
      this.errorType === 'AccessDeniedException'
        ? { Message: this.message }
        : { message: this.message },
    );
  }
}

export const sigV4Errors = {
  unsigned: () => new SigV4Error('AccessDeniedException', 'Forbidden'),
  incomplete: (what: string) => new SigV4Error('IncompleteSignatureException', what),
  unknownKey: () =>
    new SigV4Error(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ),
  expired: () =>
    new SigV4Error(
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ),
  mismatch: () =>
    new SigV4Error(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
  scope: (what: string) => new SigV4Error('InvalidSignatureException', what),
};
