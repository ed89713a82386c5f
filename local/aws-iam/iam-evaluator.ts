import {
  type ConditionBlock,
  isMet,
  likeArn,
  type RequestContext,
  toRegExp,
} from './policy-condition.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}

export interface Principal {
  /**
   * ARN of the role or user, `arn:aws:iam::...`; for a service its name,
   * `apigateway.amazonaws.com`.
   */
  readonly arn: string;
  /** Absent for a service. */
  readonly account?: string | undefined;
  readonly organization?: string | undefined;
  readonly policies: readonly PolicyDocument[];
}

export interface Resource {
  readonly arn: string;
  readonly account: string;
  readonly policies: readonly PolicyDocument[];
  /** The policy of a KMS key must allow or delegate. Without that, no other policy applies. */
  readonly isKey?: boolean;
}

export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: Resource;
  readonly context?: RequestContext;
}

type Verdict = 'denied' | 'allowed' | 'silent';

const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition']);

/**
 * Whether IAM allows a request by identity and resource policies. An explicit deny wins. Within an
 * account either kind allows (for a KMS key, the resource policy must). Across accounts both must
 * allow. Permissions boundaries, service control policies and session policies are not supported.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * @throws Error for an unknown element, operator or principal, and for a condition key that a policy
 *   of a resource does not know
 */
export function isAllowed(request: AccessRequest): boolean {
  const { principal, resource } = request;
  const context = { ...contextOf(principal), ...request.context };
  const identity = decide(principal.policies, (statement) => {
    if (statement.Principal !== undefined) throw new Error('Principal in an identity policy');
    return applies(statement, request, context);
  });
  for (const { Condition } of resource.policies.flatMap(({ Statement: all }) => all))
    requireKnownOfResource(Condition);
  const matching = (how: 'itself' | 'account') =>
    decide(
      resource.policies,
      (statement) =>
        namesPrincipal(statement, principal, how) && applies(statement, request, context),
    );
  const direct = matching('itself');
  const delegated = matching('account');
  if ([identity, direct, delegated].includes('denied')) return false;
  if (principal.account === undefined) return direct === 'allowed';
  const byResource = direct === 'allowed' || delegated === 'allowed';
  if (principal.account !== resource.account) return byResource && identity === 'allowed';
  if (direct === 'allowed') return true;
  return identity === 'allowed' && (resource.isKey !== true || byResource);
}

// https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html: IAM has the key
// only for policies of identities, so an Allow with it in another policy allows nothing.
function requireKnownOfResource(condition: ConditionBlock = {}): void {
  const keys = Object.values(condition).flatMap((block) => Object.keys(block));
  if (keys.some((key) => key.toLowerCase() === 'lambda:sourcefunctionarn'))
    throw new Error('lambda:SourceFunctionArn in a policy of a resource');
}

function contextOf({ arn, account, organization }: Principal): RequestContext {
  if (account === undefined) return { 'aws:PrincipalIsAWSService': 'true' };
  return {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    ...(organization === undefined ? {} : { 'aws:PrincipalOrgID': organization }),
  };
}

function decide(
  policies: readonly PolicyDocument[],
  isApplicable: (statement: Statement) => boolean,
): Verdict {
  const statements = policies.flatMap(({ Statement: all }) => [all].flat());
  for (const statement of statements) check(statement);
  const effects = statements.filter(isApplicable).map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.length > 0 ? 'allowed' : 'silent';
}

function check(statement: Statement): void {
  const unknown = Object.keys(statement).filter((element) => !ELEMENTS.has(element));
  if (unknown.length > 0) throw new Error(`policy element ${unknown.join(', ')} is not known`);
  if (!['Allow', 'Deny'].includes(statement.Effect))
    throw new Error(`Effect ${statement.Effect} is not known`);
  if (statement.Action === undefined) throw new Error('a statement without Action');
}

function applies(
  { Action, Resource: resources, Condition = {} }: Statement,
  { action, resource }: AccessRequest,
  context: RequestContext,
): boolean {
  // The condition is read first, so that an unknown operator is an error for every action.
  const isConditionMet = isMet(Condition, context);
  return (
    [Action].flat().some((one) => toRegExp(one.toLowerCase()).test(action.toLowerCase())) &&
    // A trust policy has no Resource: it applies to its role.
    (resources === undefined || [resources].flat().some((one) => matchesResource(one, resource))) &&
    isConditionMet
  );
}

function matchesResource(pattern: string, { arn }: Resource): boolean {
  if (pattern.includes('${')) throw new Error(`policy variable in ${pattern} is not known`);
  if (pattern === '*') return true;
  // API Gateway completes this short form with the ARN of the API.
  if (pattern.startsWith('execute-api:/')) {
    return (
      arn.includes(':execute-api:') &&
      toRegExp(pattern.slice(13)).test(arn.split('/').slice(1).join('/'))
    );
  }
  if (!pattern.startsWith('arn:')) throw new Error(`Resource ${pattern} is not known`);
  return likeArn(arn, pattern);
}

function namesPrincipal(
  { Principal: named }: Statement,
  principal: Principal,
  how: 'itself' | 'account',
): boolean {
  if (named === undefined) throw new Error('a resource policy without Principal');
  if (named === '*') return how === 'itself';
  return Object.entries(named).some(([kind, values]) =>
    [values].flat().some((value) => names(kind, value, principal, how)),
  );
}

function names(kind: string, value: string, principal: Principal, how: string): boolean {
  if (kind === 'Service') return how === 'itself' && principal.arn === value;
  if (kind !== 'AWS') throw new Error(`Principal ${kind} is not known`);
  if (value === '*') return how === 'itself';
  if (principal.account === undefined) return false;
  // An account as principal delegates the decision to its identity policies.
  if (value === principal.account || value.endsWith(`:iam::${principal.account}:root`))
    return how === 'account';
  return how === 'itself' && value === principal.arn;
}
