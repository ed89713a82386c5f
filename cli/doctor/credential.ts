import { errorTable } from '../../lib/errors/error-table.ts';
import type { CredentialDescription, EvaluationResponse } from '../../lib/http/wire.ts';
import { judgeCertificate } from './certificate.ts';
import type { Evidence } from './evidence.ts';
import {
  asTokenVendingError,
  type Finding,
  failed,
  failedWith,
  notRun,
  passed,
} from './finding.ts';

/** Checks that policy permits this caller the requested token. */
export async function checkPolicy({ subject, client }: Evidence): Promise<Finding> {
  const { credential = '', tokenFlags, signal } = subject;
  const { scope, audience, resource, minTtl } = tokenFlags;
  try {
    const response = await client().evaluateAccess({
      credential,
      scope,
      audience,
      resource,
      minTtl,
      signal,
    });
    const { policies, advice } = response.context;
    return response.decision
      ? passed(`allowed by ${policies.join(', ')}`)
      : failed(`Refused: ${reasonOf(response)}.`, advice, { code: 'policy_denied' });
  } catch (error) {
    return failedWith(asTokenVendingError(error));
  }
}

function reasonOf({ context }: EvaluationResponse): string {
  const { policies, unmet, errors } = context;
  return [
    policies.length > 0 ? `forbidden by ${policies.join(', ')}` : 'no policy permits it',
    ...(unmet.length > 0 ? [`conditions not met: ${unmet.join(', ')}`] : []),
    ...errors,
  ].join('; ');
}

/** Checks that the credential exists, is valid and is enabled. */
export async function checkCredential(evidence: Evidence): Promise<Finding> {
  try {
    const description = await evidence.description();
    return description === undefined
      ? await explainAbsence(evidence)
      : await judge(evidence, description);
  } catch (thrown) {
    const error = asTokenVendingError(thrown);
    if (error.code === 'route_unknown') return notRun('this deployment lists no credentials');
    return error.code === 'secrets_unavailable'
      ? failedWith(error, OPERATOR_READS_LOG)
      : failedWith(error);
  }
}

/** The remedy if the function cannot reach one of its own services. */
export const OPERATOR_READS_LOG =
  'Try again in a minute. If it fails again, ask the operator to look up the request_id in the log of the function: the log names the error.';

async function explainAbsence({ subject, client }: Evidence): Promise<Finding> {
  const { credential = '', signal } = subject;
  const { decision } = await client().evaluateAccess({
    credential,
    action: 'describeCredential',
    signal,
  });
  return decision
    ? failed(
        `There is no credential ${credential}.`,
        `Check its name (token-vending credentials). The operator creates it as the secret ${credential} below the prefix of the deployment. It can be used at once.`,
        { code: 'credential_unknown' },
      )
    : notRun('policy does not let you describe it');
}

async function judge({ vend }: Evidence, description: CredentialDescription): Promise<Finding> {
  const { status, issuer, scopes, audiences } = description;
  if (status === 'disabled') {
    const { text, advice } = errorTable.credential_disabled;
    return failed(text, advice, { code: 'credential_disabled' });
  }
  if (status === 'invalid') {
    // Only the response to a token request names the key and the rule.
    const { error } = await vend();
    if (error?.code === 'credential_invalid') return failedWith(error);
  }
  const lists = [
    ['scopes', scopes],
    ['audiences', audiences],
  ] as const;
  const may = lists.map(([name, values]) => `${name} ${values.join(' ') || 'none'}`).join(', ');
  const detail = `${status}; issuer ${issuer}, ${may}`;
  return judgeCertificate(detail, description, Date.now());
}
