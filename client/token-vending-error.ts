import {
  CodedError,
  type CodedErrorDetails,
  type CodedErrorRow,
} from '../lib/errors/coded-error.ts';
import { type ErrorCode, errorTable } from '../lib/errors/error-table.ts';

/** Failures that happen on the caller's side of the endpoint; the endpoint's own are in the table of lib/vend-error.ts. */
export const clientErrorTable = {
  endpoint_invalid: {
    text: 'The endpoint of token-vending is missing or not a URL that can be used.',
    advice:
      'Give the https URL of the endpoint (TOKEN_VENDING_ENDPOINT); http is for loopback only.',
    retryable: false,
  },
  region_unknown: {
    text: 'The AWS region of the endpoint is not known.',
    advice:
      'Set the region (TOKEN_VENDING_REGION or AWS_REGION); it is read from the host only of AWS domains.',
    retryable: false,
  },
  aws_credentials_unavailable: {
    text: 'No AWS credentials were found to sign the request with.',
    advice:
      'Check with `aws sts get-caller-identity`; in CI, check that the job assumes its role before this step.',
    retryable: false,
  },
  endpoint_unreachable: {
    text: 'The endpoint of token-vending cannot be reached.',
    advice: 'Check the URL, name resolution, proxy and firewall between here and the endpoint.',
    retryable: true,
  },
  tls_failed: {
    text: 'The TLS certificate of the endpoint is not acceptable.',
    advice: 'If a proxy inspects TLS here, give its CA with NODE_EXTRA_CA_CERTS.',
    retryable: false,
  },
  endpoint_timeout: {
    text: 'The endpoint of token-vending did not answer in time.',
    advice: 'Try again, or raise the timeout; a cold start may take some seconds.',
    retryable: true,
  },
  signature_refused: {
    text: 'AWS did not accept the signature of the request.',
    advice:
      'Check in this order: expired or wrong AWS credentials, the clock of this machine, the region of the endpoint.',
    retryable: false,
  },
  access_forbidden: {
    text: 'AWS did not let this identity call the endpoint; the request never reached token-vending.',
    advice:
      'The role needs lambda:InvokeFunctionUrl and lambda:InvokeFunction on the function (or execute-api:Invoke), and the endpoint must permit its account.',
    retryable: false,
  },
  answer_invalid: {
    text: 'The endpoint answered with something that is not token-vending.',
    advice: 'Check that the URL is that of token-vending, and that no proxy answers in its place.',
    retryable: true,
  },
} as const satisfies Record<string, CodedErrorRow>;

export type ClientErrorCode = keyof typeof clientErrorTable;

export interface TokenVendingErrorDetails extends CodedErrorDetails {
  /** HTTP status of the response, if there was one. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
}

/** Any error on the way to a response of the endpoint, by the same code wherever it is shown. Holds no token and no secret. */
export class TokenVendingError extends CodedError<ErrorCode | ClientErrorCode> {
  override readonly name = 'TokenVendingError';
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(code: ErrorCode | ClientErrorCode, details: TokenVendingErrorDetails = {}) {
    super(code, isClientErrorCode(code) ? clientErrorTable[code] : errorTable[code], details);
    this.status = details.status;
    this.requestId = details.requestId;
  }
}

export function isClientErrorCode(code: string): code is ClientErrorCode {
  return Object.hasOwn(clientErrorTable, code);
}
