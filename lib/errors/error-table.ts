import type { CodedErrorRow } from './coded-error.ts';

/** One row of the error table: how a code looks from outside. */
export interface ErrorRow extends CodedErrorRow {
  /** HTTP status of the response. */
  readonly status: number;
  /** `error` of RFC 6749 section 5.2, RFC 8707 section 2 or RFC 6749 section 4.1.2.1. */
  readonly error: string;
}

const TRY_AGAIN =
  'Wait and try again; the answer names how long in Retry-After where that is known.';
const ASK_OPERATOR = 'Ask the operator of this endpoint, and give the request_id.';

/**
 * Every failure that this system can answer with: the same code stands in the function, the SDK, the
 * command line and Terraform, and has its entry in docs/troubleshooting.md.
 */
export const errorTable = {
  request_malformed: {
    status: 400,
    error: 'invalid_request',
    retryable: false,
    text: 'The request is malformed.',
    advice: 'Correct the named parameter; docs/api.md lists what each route takes.',
  },
  min_ttl_unsatisfiable: {
    status: 400,
    error: 'invalid_request',
    retryable: false,
    text: 'No token of this credential lives as long as min_ttl asks for.',
    advice: 'Ask for a smaller min_ttl, or have the lifetime raised at the authorization server.',
  },
  grant_unsupported: {
    status: 400,
    error: 'unsupported_grant_type',
    retryable: false,
    text: 'The only grant_type of this endpoint is client_credentials.',
    advice: 'Send grant_type=client_credentials.',
  },
  scope_refused: {
    status: 400,
    error: 'invalid_scope',
    retryable: false,
    text: 'The requested scope is not within what this credential may be asked for.',
    advice: 'Ask for less; GET /credentials lists the scopes of each credential.',
  },
  target_refused: {
    status: 400,
    error: 'invalid_target',
    retryable: false,
    text: 'The requested audience or resource is not within what this credential may be asked for.',
    advice: 'Ask for a listed one; GET /credentials lists them for each credential.',
  },
  caller_unidentified: {
    status: 403,
    error: 'access_denied',
    retryable: false,
    text: 'The platform did not say who the caller is.',
    advice:
      'Sign the request with AWS Signature Version 4 and send it to the HTTPS endpoint, not to the function.',
  },
  policy_denied: {
    status: 403,
    error: 'access_denied',
    retryable: false,
    text: 'No policy lets this caller have this credential, or there is no such credential.',
    advice:
      'Check the name, then ask the operator to permit this role; GET /caller-identity says who you are here.',
  },
  credential_unknown: {
    status: 403,
    error: 'access_denied',
    retryable: false,
    text: 'No policy lets this caller have this credential, or there is no such credential.',
    advice:
      'Check the name, then ask the operator to permit this role; GET /caller-identity says who you are here.',
  },
  credential_disabled: {
    status: 403,
    error: 'access_denied',
    retryable: false,
    text: 'The credential is disabled.',
    advice: 'Ask the owner of the credential why it was switched off.',
  },
  route_unknown: {
    status: 404,
    error: 'invalid_request',
    retryable: false,
    text: 'There is no such route.',
    advice: 'GET /.well-known/oauth-authorization-server lists the routes.',
  },
  method_unknown: {
    status: 405,
    error: 'invalid_request',
    retryable: false,
    text: 'This route does not take this method.',
    advice: 'Use the method that the Allow header names.',
  },
  upstream_rate_limited: {
    status: 429,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The authorization server asks us to slow down.',
    advice: TRY_AGAIN,
  },
  credential_invalid: {
    status: 500,
    error: 'server_error',
    retryable: false,
    text: 'The credential document is not valid.',
    advice:
      'Ask the operator to correct the credential document; docs/troubleshooting.md lists its rules.',
  },
  config_invalid: {
    status: 500,
    error: 'server_error',
    retryable: false,
    text: 'The deployment of this endpoint is not configured rightly.',
    advice: ASK_OPERATOR,
  },
  internal: {
    status: 500,
    error: 'server_error',
    retryable: false,
    text: 'Something failed in this endpoint that should not have.',
    advice: ASK_OPERATOR,
  },
  credential_refused: {
    status: 502,
    error: 'server_error',
    retryable: false,
    text: 'The authorization server refused the credential (invalid_client).',
    advice:
      'Ask the operator to check that the secret in Secrets Manager is the current one, that the client is authorized at the server, and that its authentication method fits.',
  },
  upstream_invalid: {
    status: 502,
    error: 'server_error',
    retryable: false,
    text: 'The authorization server answered with something that cannot be used.',
    advice: ASK_OPERATOR,
  },
  token_unacceptable: {
    status: 502,
    error: 'server_error',
    retryable: false,
    text: 'The authorization server issued a token that fails its checks; it was not handed over.',
    advice: ASK_OPERATOR,
  },
  secrets_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The credential could not be read from Secrets Manager.',
    advice: TRY_AGAIN,
  },
  upstream_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The authorization server cannot be reached or is failing.',
    advice: TRY_AGAIN,
  },
  audit_unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The audit record could not be written, so nothing was handed over.',
    advice: TRY_AGAIN,
  },
  upstream_timeout: {
    status: 504,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The authorization server did not answer in time.',
    advice: TRY_AGAIN,
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Whether `code` names a row of the table, for readers of answers from outside. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
