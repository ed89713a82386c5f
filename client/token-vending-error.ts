import {
  CodedError,
  type CodedErrorDetails,
  type CodedErrorRow,
} from '../lib/errors/coded-error.ts';
import { type ErrorCode, errorTable } from '../lib/errors/error-table.ts';
import type { FailedTest } from '../lib/http/grant-stages.ts';

/** The errors on the caller's side. Those of the endpoint are in lib/errors/error-table.ts. */
export const clientErrorTable = {
  endpoint_invalid: {
    text: 'The URL of the token-vending endpoint is missing or invalid.',
    advice:
      'Set the https URL of the endpoint (TOKEN_VENDING_ENDPOINT). http is only for loopback.',
    retryable: false,
  },
  region_unknown: {
    text: 'The AWS region of the endpoint is not known.',
    advice:
      'Set the region (TOKEN_VENDING_REGION or AWS_REGION). Only host names of AWS domains contain it.',
    retryable: false,
  },
  aws_credentials_unavailable: {
    text: 'There are no AWS credentials to sign the request.',
    advice:
      'Check with `aws sts get-caller-identity`. In CI, check that the job assumes its role before this step.',
    retryable: false,
  },
  registry_absent: {
    text: 'This deployment has no registry, or another Region has it.',
    advice:
      'Credentials are changed at the endpoint of the primary Region. Ask the operator whether the stack has a registry (registry: true).',
    retryable: false,
  },
  endpoint_unreachable: {
    text: 'The token-vending endpoint cannot be reached.',
    advice:
      'Check the URL, name resolution, and any proxy or firewall between this machine and the endpoint.',
    retryable: true,
  },
  proxy_invalid: {
    text: 'The proxy that the environment names is not usable.',
    advice:
      'Set HTTPS_PROXY to an http or https URL such as http://proxy.example.com:8080, with user name and password percent-encoded.',
    retryable: false,
  },
  tls_failed: {
    text: 'The TLS certificate of the endpoint is not trusted.',
    advice:
      'If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file of its certificate authority.',
    retryable: false,
  },
  endpoint_timeout: {
    text: 'The token-vending endpoint did not respond in time.',
    advice: 'Try again, or raise the timeout. A cold start can take some seconds.',
    retryable: true,
  },
  signature_refused: {
    text: 'AWS did not accept the signature of the request.',
    advice:
      'Check in this order: expired or wrong AWS credentials, the clock of this machine, the region of the endpoint, its signing service (lambda for a function URL, execute-api for API Gateway).',
    retryable: false,
  },
  access_forbidden: {
    text: 'AWS did not permit this identity to call the endpoint. The request did not reach token-vending.',
    advice:
      'The role needs lambda:InvokeFunctionUrl and lambda:InvokeFunction on the function (or execute-api:Invoke). The endpoint must also permit the account of the role.',
    retryable: false,
  },
  answer_invalid: {
    text: 'The response is not from token-vending.',
    advice: 'Check the URL of the token-vending endpoint, and that no proxy responds instead.',
    retryable: true,
  },
} as const satisfies Record<string, CodedErrorRow>;

export type ClientErrorCode = keyof typeof clientErrorTable;

export interface TokenVendingErrorDetails extends CodedErrorDetails {
  /** HTTP status of the response, if there was one. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** What the test of a document found, if it failed and so nothing was stored. */
  readonly failedTest?: FailedTest | undefined;
}

/**
 * An error of a call of the endpoint. Its code is the same wherever it is shown. It contains no
 * token and no secret.
 */
export class TokenVendingError extends CodedError<ErrorCode | ClientErrorCode> {
  override readonly name = 'TokenVendingError';
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly failedTest: FailedTest | undefined;

  constructor(code: ErrorCode | ClientErrorCode, details: TokenVendingErrorDetails = {}) {
    super(code, isClientErrorCode(code) ? clientErrorTable[code] : errorTable[code], details);
    this.status = details.status;
    this.requestId = details.requestId;
    this.failedTest = details.failedTest;
  }
}

export function isClientErrorCode(code: string): code is ClientErrorCode {
  return Object.hasOwn(clientErrorTable, code);
}
