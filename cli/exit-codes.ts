import type { TokenVendingError } from '../client/token-vending-error.ts';

/** What each exit code of `token-vending` means; `--help` prints this table. */
export const exitCodes = {
  0: 'done',
  1: 'something failed that should not have',
  2: 'the command line is wrong',
  3: 'refused: no policy lets this identity have the credential, or there is none of that name',
  4: 'AWS: no credentials, signature or IAM permission refused',
  5: 'the endpoint cannot be reached or did not answer in time',
  6: 'temporarily unavailable: authorization server, Secrets Manager or audit log; try again',
  7: 'the request asks for what the credential cannot give (scope, audience, lifetime)',
  8: 'the endpoint or the credential is not set up rightly; its operator must act',
  9: 'a check found something to mend: each finding is listed with its place',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof exitCodes;

const byCode: Record<TokenVendingError['code'], ExitCode> = {
  request_malformed: 7,
  min_ttl_unsatisfiable: 7,
  grant_unsupported: 7,
  scope_refused: 7,
  target_refused: 7,
  caller_unidentified: 4,
  policy_denied: 3,
  credential_unknown: 3,
  credential_disabled: 3,
  route_unknown: 8,
  method_unknown: 8,
  upstream_rate_limited: 6,
  credential_invalid: 8,
  config_invalid: 8,
  internal: 8,
  credential_refused: 8,
  upstream_invalid: 8,
  token_unacceptable: 8,
  secrets_unavailable: 6,
  upstream_unavailable: 6,
  audit_unavailable: 6,
  upstream_timeout: 6,
  endpoint_invalid: 2,
  region_unknown: 2,
  aws_credentials_unavailable: 4,
  endpoint_unreachable: 5,
  tls_failed: 5,
  endpoint_timeout: 5,
  signature_refused: 4,
  access_forbidden: 4,
  answer_invalid: 5,
};

export function exitCodeOf({ code }: TokenVendingError): ExitCode {
  return byCode[code];
}
