import { Aws } from 'aws-cdk-lib';
import {
  AnyPrincipal,
  Effect,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  CfnResourcePolicy,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  type AllowedPrincipals,
  admissionsOf,
  type Conditions,
  conditionsOfAllOthers,
} from './allowed-principals.ts';

const INVOKE = 'lambda:InvokeFunction';
const INVOKE_URL = 'lambda:InvokeFunctionUrl';

const SIGNED = { 'lambda:FunctionUrlAuthType': 'AWS_IAM' };
const THROUGH_URL = { 'lambda:InvokedViaFunctionUrl': 'true' };
const NOT_THROUGH_URL = { 'lambda:InvokedViaFunctionUrl': 'false' };

/**
 * Lets the allowed principals invoke the alias through its function URL, and nobody directly. A
 * direct invocation could put any caller into the event. A URL needs both actions since October
 * 2025 (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
 */
export function permitUrl(scope: Construct, alias: Alias, allowed: AllowedPrincipals): void {
  const arn = alias.functionArn;
  const permits = admissionsOf(allowed).flatMap(({ principals, conditions }) => [
    allow(principals, INVOKE_URL, arn, {
      ...conditions,
      StringEquals: { ...conditions['StringEquals'], ...SIGNED },
    }),
    allow(principals, INVOKE, arn, { ...conditions, Bool: THROUGH_URL }),
  ]);
  attach(scope, 'InvokePolicy', arn, [
    ...permits,
    deny('DenyAllOthers', [INVOKE, INVOKE_URL], arn, conditionsOfAllOthers(allowed)),
    deny('DenyUnsigned', [INVOKE_URL], arn, { StringNotEquals: SIGNED }),
    deny('DenyDirect', [INVOKE], arn, { BoolIfExists: NOT_THROUGH_URL }),
  ]);
}

/** Lets only the REST API invoke the alias, whatever identity policies say. */
export function permitApi(scope: Construct, alias: Alias, apiArn: string): void {
  const arn = alias.functionArn;
  attach(scope, 'InvokePolicy', arn, [
    allow([new ServicePrincipal('apigateway.amazonaws.com')], INVOKE, arn, {
      ArnLike: { 'aws:SourceArn': apiArn },
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    }),
    // Only services can set aws:SourceArn. If it is missing, the condition is met.
    deny('DenyAllOthers', [INVOKE], arn, { ArnNotLike: { 'aws:SourceArn': apiArn } }),
    deny('DenyUrl', [INVOKE_URL], arn),
  ]);
}

export interface RotationInvokers {
  /** ARN pattern of the secrets that the function rotates. */
  readonly secrets: string;
  /** ARN of the rule that has old secrets removed, if there is one. */
  readonly rule: string | undefined;
  /**
   * ARN of the role that starts rotations. RotateSecret requires that its caller may invoke the
   * function, too:
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
   */
  readonly starter: string;
}

/**
 * Lets only Secrets Manager invoke a function that rotates, and that only for these secrets, and
 * EventBridge only for one rule.
 */
export function permitRotation(
  scope: Construct,
  { functionArn }: LambdaFunction,
  { secrets, rule, starter }: RotationInvokers,
): void {
  const rules = rule === undefined ? [] : [rule];
  attach(scope, 'InvokePolicy', functionArn, [
    allow([new ServicePrincipal('secretsmanager.amazonaws.com')], INVOKE, functionArn, {
      ArnLike: { 'aws:SourceArn': secrets },
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    }),
    ...rules.map((one) =>
      allow([new ServicePrincipal('events.amazonaws.com')], INVOKE, functionArn, {
        ArnEquals: { 'aws:SourceArn': one },
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      }),
    ),
    // Only services can set aws:SourceArn. If it is missing, the condition is met.
    deny('DenyAllOthers', [INVOKE], functionArn, {
      ArnNotLike: { 'aws:SourceArn': [secrets, ...rules] },
      ArnNotEquals: { 'aws:PrincipalArn': starter },
    }),
    deny('DenyUrl', [INVOKE_URL], functionArn),
  ]);
}

/**
 * Denies every invocation of the function's own ARN and of its versions, which the policy of the
 * alias does not cover. The alias points at a version only after that version is denied.
 */
export function denyBesidesAlias(scope: Construct, lambda: LambdaFunction, alias: Alias): void {
  for (const [id, arn] of [
    ['UnqualifiedInvokePolicy', lambda.functionArn],
    ['VersionInvokePolicy', lambda.currentVersion.functionArn],
  ] as const) {
    const policy = attach(scope, id, arn, [deny('DenyAll', [INVOKE, INVOKE_URL], arn)]);
    alias.node.addDependency(policy);
  }
}

function allow(
  principals: IPrincipal[],
  action: string,
  resource: string,
  conditions: Conditions,
): PolicyStatement {
  return new PolicyStatement({ principals, actions: [action], resources: [resource], conditions });
}

function deny(
  sid: string,
  actions: string[],
  resource: string,
  conditions: Conditions = {},
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: [resource],
    conditions,
  });
}

function attach(scope: Construct, id: string, resourceArn: string, statements: PolicyStatement[]) {
  return new CfnResourcePolicy(scope, id, {
    resourceArn,
    policyDocument: new PolicyDocument({ statements }),
  });
}
