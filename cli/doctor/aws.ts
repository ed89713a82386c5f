import { clientErrorTable, type TokenVendingError } from '../../client/token-vending-error.ts';
import { isErrorCode } from '../../lib/errors/error-table.ts';
import { type CredentialMarks, nameOrigin } from './credential-origin.ts';
import type { Evidence } from './evidence.ts';
import { asTokenVendingError, type Finding, failed, failedWith, passed } from './finding.ts';

/** Checks that there are AWS credentials to sign with. Shows neither the keys nor their ids. */
export async function checkAwsIdentity({ subject, awsCredentials }: Evidence): Promise<Finding> {
  const { connection, environment } = subject;
  const profile = connection.profile ?? environment['AWS_PROFILE'];
  try {
    const credentials = await awsCredentials();
    const marks = (credentials as { $source?: CredentialMarks }).$source ?? {};
    const { sessionToken, expiration } = credentials;
    const kind = sessionToken === undefined ? 'long-lived keys' : 'temporary credentials';
    const end = expiration === undefined ? '' : `, until ${expiration.toISOString()}`;
    return passed(`${kind}; source: ${nameOrigin(marks, profile, environment)}${end}`);
  } catch (thrown) {
    const error = asTokenVendingError(thrown);
    return profile === undefined
      ? failed('There are no AWS credentials to sign requests.', error.advice, error)
      : failed(
          `Profile ${profile} gives no AWS credentials.`,
          `Check that the AWS configuration has profile ${profile}, and sign in if it needs that: \`aws sts get-caller-identity --profile ${profile}\` says what is missing.`,
          error,
        );
  }
}

/** Checks that AWS accepts the signature: keys, time and region. */
export async function checkSignature(evidence: Evidence): Promise<Finding> {
  const error = await callerError(evidence);
  return error === undefined || wasLetIn(error) || error.code === 'access_forbidden'
    ? passed('accepted')
    : failedWith(error);
}

const PERMISSIONS = {
  lambda: 'lambda:InvokeFunctionUrl and lambda:InvokeFunction',
  'execute-api': 'execute-api:Invoke',
};

/** Checks that IAM lets the identity call the endpoint. A function URL needs two permissions. */
export async function checkPermissions(evidence: Evidence): Promise<Finding> {
  const { service } = evidence.endpoint();
  const error = await callerError(evidence);
  if (error?.code !== 'access_forbidden') return passed(PERMISSIONS[service]);
  // A function URL does not say which of its two permissions is missing.
  const unexplained = error.message === clientErrorTable.access_forbidden.text;
  return unexplained && service === 'lambda' ? failedWith(error, EITHER) : failedWith(error);
}

const EITHER =
  'The role needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction on the function. AWS does not say which is missing: check both in the policies of the role (`aws iam simulate-principal-policy`). The endpoint must also permit the account or organization of the role: ask its operator.';

/** Shows the caller that the function sees. */
export async function checkCaller(evidence: Evidence): Promise<Finding> {
  try {
    const { principal, organization, session_name } = await evidence.caller();
    const session = session_name === undefined ? '' : `, session ${session_name}`;
    return passed(`${principal}${session}, organization ${organization ?? 'none'}`);
  } catch (thrown) {
    const error = asTokenVendingError(thrown);
    return error.code === 'endpoint_unreachable' ? failedWith(error, CRASHED) : failedWith(error);
  }
}

const CRASHED =
  'Try again in a minute. If it fails again, ask the operator to check the log and the alarms of the function: it fails at start, or lacks time, memory or concurrency.';

async function callerError({ caller }: Evidence): Promise<TokenVendingError | undefined> {
  try {
    await caller();
    return undefined;
  } catch (error) {
    return asTokenVendingError(error);
  }
}

// If there is a status, AWS responded for the function, after it had accepted the request.
function wasLetIn({ code, status }: TokenVendingError): boolean {
  return isErrorCode(code) || (code === 'endpoint_unreachable' && status !== undefined);
}
