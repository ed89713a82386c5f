import type { ErrorRow } from './error-row.ts';
import { versionErrors } from './version-errors.ts';

const TRY_AGAIN =
  'Wait and try again. Retry-After in the response states how long, if that is known.';
const ASK_OPERATOR = 'Ask the operator of this endpoint, and give the request_id.';

// An unknown credential and a forbidden one look the same from outside.
const policyDenied = {
  status: 403,
  error: 'access_denied',
  retryable: false,
  text: 'No policy allows this caller to use the credential, or the credential does not exist.',
  advice:
    'Check the name. Then ask the operator to permit this role. GET /caller-identity shows your identity.',
} as const;

/**
 * Every error that the function can return. The code is the same in the function, the SDK, the
 * command line and Terraform, and has an entry in docs/troubleshooting.md.
 */
export const errorTable = {
  request_malformed: {
    status: 400,
    error: 'invalid_request',
    retryable: false,
    text: 'The request is malformed.',
    advice: 'Correct the named parameter. docs/api.md lists the parameters of each route.',
  },
  min_ttl_unsatisfiable: {
    status: 400,
    error: 'invalid_request',
    retryable: false,
    text: 'No token of this credential lives as long as min_ttl.',
    advice: 'Request a smaller min_ttl, or have the lifetime raised at the authorization server.',
  },
  grant_unsupported: {
    status: 400,
    error: 'unsupported_grant_type',
    retryable: false,
    text: 'This endpoint supports only the grant_type client_credentials.',
    advice: 'Send grant_type=client_credentials.',
  },
  introspection_unsupported: {
    status: 400,
    error: 'unsupported_token_type',
    retryable: false,
    text: 'The token is opaque, and its authorization server offers no introspection.',
    advice: 'Ask the operator to set introspection_endpoint in the credential document.',
  },
  scope_refused: {
    status: 400,
    error: 'invalid_scope',
    retryable: false,
    text: 'The credential does not allow the requested scope.',
    advice: 'Request a listed scope. GET /credentials lists the scopes of each credential.',
  },
  target_refused: {
    status: 400,
    error: 'invalid_target',
    retryable: false,
    text: 'The credential does not allow the requested audience or resource.',
    advice:
      'Request a listed one. GET /credentials lists the audiences and resources of each credential.',
  },
  caller_unidentified: {
    status: 403,
    error: 'access_denied',
    retryable: false,
    text: 'AWS did not identify the caller.',
    advice:
      'Sign the request with AWS Signature Version 4 and send it to the HTTPS endpoint, not to the function.',
  },
  policy_denied: policyDenied,
  credential_unknown: policyDenied,
  credential_disabled: {
    status: 403,
    error: 'access_denied',
    retryable: false,
    text: 'The credential is disabled.',
    advice: 'Ask the owner of the credential why it is disabled.',
  },
  route_unknown: {
    status: 404,
    error: 'invalid_request',
    retryable: false,
    text: 'The route does not exist.',
    advice: 'GET /.well-known/oauth-authorization-server lists the routes.',
  },
  method_unknown: {
    status: 405,
    error: 'invalid_request',
    retryable: false,
    text: 'This route does not support this method.',
    advice: 'Use the method that the Allow header names.',
  },
  ...versionErrors,
  upstream_rate_limited: {
    status: 429,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The authorization server limits the rate of requests.',
    advice: TRY_AGAIN,
  },
  budget_exhausted: {
    status: 429,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The caller has used up a budget.',
    advice:
      'Wait for Retry-After. Use a token until it expires, and check the names of the credentials.',
  },
  credential_invalid: {
    status: 500,
    error: 'server_error',
    retryable: false,
    text: 'The credential document is invalid.',
    advice: 'Ask the operator to correct the credential document. docs/api.md lists its rules.',
  },
  config_invalid: {
    status: 500,
    error: 'server_error',
    retryable: false,
    text: 'The deployment of this endpoint is misconfigured.',
    advice: ASK_OPERATOR,
  },
  internal: {
    status: 500,
    error: 'server_error',
    retryable: false,
    text: 'An unexpected error occurred in this endpoint.',
    advice: ASK_OPERATOR,
  },
  credential_refused: {
    status: 502,
    error: 'server_error',
    retryable: false,
    text: 'The authorization server refused the credential (invalid_client).',
    advice:
      'Ask the operator to check that the secret in Secrets Manager is the current one, that the client is authorized at the server, and that its authentication method is correct.',
  },
  upstream_invalid: {
    status: 502,
    error: 'server_error',
    retryable: false,
    text: 'The response of the authorization server cannot be used.',
    advice: ASK_OPERATOR,
  },
  token_unacceptable: {
    status: 502,
    error: 'server_error',
    retryable: false,
    text: 'The authorization server issued a token that failed a check. The token was not returned.',
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
    text: 'The audit record could not be written, so no token was returned.',
    advice: TRY_AGAIN,
  },
  upstream_timeout: {
    status: 504,
    error: 'temporarily_unavailable',
    retryable: true,
    text: 'The authorization server did not respond in time.',
    advice: TRY_AGAIN,
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Whether `code` names a row of the table, for readers of responses. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
