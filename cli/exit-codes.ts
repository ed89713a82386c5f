import type { TokenVendingError } from '../client/token-vending-error.ts';

/** The meaning of each exit code of `token-vending`. `--help` prints this table. */
export const exitCodes = {
  0: 'success',
  1: 'unexpected error',
  2: 'invalid command line',
  3: 'refused: no policy permits this identity the credential, or the credential does not exist',
  4: 'AWS: credentials missing, signature refused or IAM permission refused',
  5: 'the endpoint cannot be reached or did not respond in time',
  6: 'temporarily unavailable: authorization server, Secrets Manager or audit log; try again',
  7: 'invalid request: a scope, audience or lifetime that the credential does not allow, or an invalid credential document',
  8: 'the endpoint or the credential is misconfigured; its operator must act',
  9: 'a check found problems: each finding is listed with its place',
  10: 'a step of a rotation failed',
  11: 'a rotation has not ended in the time given; it goes on',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof exitCodes;

const byCode: Record<TokenVendingError['code'], ExitCode> = {
  request_malformed: 7,
  min_ttl_unsatisfiable: 7,
  grant_unsupported: 7,
  introspection_unsupported: 7,
  scope_refused: 7,
  target_refused: 7,
  caller_unidentified: 4,
  policy_denied: 3,
  credential_unknown: 3,
  credential_disabled: 3,
  route_unknown: 8,
  method_unknown: 8,
  version_conflict: 9,
  version_required: 8,
  upstream_rate_limited: 6,
  budget_exhausted: 6,
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
  proxy_invalid: 2,
  region_unknown: 2,
  registry_absent: 8,
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
