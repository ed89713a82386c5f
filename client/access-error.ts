import { TokenVendingError } from './token-vending-error.ts';

/** An error response of AWS if IAM does not permit the request. */
export interface AccessError {
  readonly status: number;
  /** Exception name of `x-amzn-ErrorType`. */
  readonly type: string;
  /** AWS's own text. It is inspected and never shown. */
  readonly message: string;
  readonly requestId: string | undefined;
}

const ACTION =
  /not authorized to perform: (lambda:InvokeFunctionUrl|lambda:InvokeFunction|execute-api:Invoke)\b/;
const DENIED =
  /with an explicit deny(?: in an? (identity-based policy|resource-based policy|service control policy|resource control policy|permissions boundary|session policy|VPC endpoint policy))?/;
const MISSING =
  /because no (identity-based policy|resource-based policy|service control policy|permissions boundary|session policy|VPC endpoint policy) allows/;

/**
 * Finds which permission is missing, as far as AWS states it. An API names the action and often the
 * kind of policy. A function URL only says Forbidden, whichever of its two permissions is missing
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
 */
export function explainAccessError(error: AccessError): TokenVendingError {
  const { status, requestId } = error;
  return new TokenVendingError('access_forbidden', { status, requestId, ...explain(error) });
}

interface Explanation {
  readonly says: string;
  readonly advice: string;
}

function explain({ type, message }: AccessError): Explanation | undefined {
  // API Gateway also sends this for a signed request if it has no such route.
  if (/MissingAuthenticationToken/.test(type)) return NO_ROUTE;
  const [, action] = ACTION.exec(message) ?? [];
  if (action === undefined) return undefined;
  const denial = DENIED.exec(message);
  return denial === null
    ? explainMissing(action, MISSING.exec(message)?.[1])
    : explainDenial(action, denial[1]);
}

const NO_ROUTE: Explanation = {
  says: 'AWS refused the request: the API has no such route.',
  advice: 'Check the path of the URL. The URL of a REST API ends with its stage, such as /prod.',
};

function explainDenial(action: string, policy = 'policy'): Explanation {
  return {
    says: `AWS did not permit this identity to call the endpoint: a ${policy} denies ${action}.`,
    advice: `Find the statement that denies ${action} to this identity. A deny overrides every permission. The endpoint also denies principals that its operator does not list.`,
  };
}

function explainMissing(action: string, policy = 'policy'): Explanation {
  return {
    says: `AWS did not permit this identity to call the endpoint: no ${policy} allows ${action}.`,
    advice: `Allow this role ${action} on the endpoint. A function URL needs lambda:InvokeFunctionUrl and lambda:InvokeFunction. If the role is in another account, the endpoint must also permit it.`,
  };
}
