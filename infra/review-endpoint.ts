import { type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnAlias,
  CfnFunction,
  CfnResourcePolicy,
  CfnUrl,
  CfnVersion,
} from 'aws-cdk-lib/aws-lambda';
import { NagRuleCompliance, type NagRuleResult } from 'cdk-nag';

/** Rule: function URLs and methods of REST APIs verify signatures. */
export function signedEndpoint(node: CfnResource): NagRuleResult {
  if (node instanceof CfnUrl) return verdict(node.authType === 'AWS_IAM');
  if (node instanceof CfnMethod) return verdict(node.authorizationType === 'AWS_IAM');
  return NagRuleCompliance.NOT_APPLICABLE;
}

/**
 * Rule: a function behind a URL or an API denies direct invocation of its own ARN, its versions and
 * its aliases.
 */
export function directInvokeDenied(node: CfnResource): NagRuleResult {
  if (!(node instanceof CfnFunction)) return NagRuleCompliance.NOT_APPLICABLE;
  const all = Stack.of(node).node.findAll();
  const qualified = all.filter(
    (one): one is CfnAlias | CfnVersion =>
      (one instanceof CfnAlias || one instanceof CfnVersion) && mentions(one.functionName, node),
  );
  const names: CfnResource[] = [node, ...qualified];
  const isServed = all.some(
    (one) =>
      (one instanceof CfnUrl && names.some((name) => mentions(one.targetFunctionArn, name))) ||
      (one instanceof CfnMethod && names.some((name) => mentions(one.integration, name))),
  );
  if (!isServed) return NagRuleCompliance.NOT_APPLICABLE;
  const policies = all.filter((one): one is CfnResourcePolicy => one instanceof CfnResourcePolicy);
  return verdict(
    names.every((name) =>
      policies.some((policy) => mentions(policy.resourceArn, name) && deniesDirectInvoke(policy)),
    ),
  );
}

function mentions(value: unknown, resource: CfnResource): boolean {
  const { stack } = resource;
  const text = JSON.stringify(stack.resolve(value) ?? null);
  return text.includes(`"${stack.resolve(resource.logicalId)}"`);
}

// Either every invocation is denied, or every invocation that does not come through the URL or the
// API.
const CONDITIONS = [
  undefined,
  'BoolIfExists.lambda:InvokedViaFunctionUrl',
  'ArnNotLike.aws:SourceArn',
];

function deniesDirectInvoke(policy: CfnResourcePolicy): boolean {
  const { Statement: statements = [] } = policy.stack.resolve(policy.policyDocument);
  return [statements]
    .flat()
    .some(
      ({ Effect, Action, Principal, Condition }) =>
        Effect === 'Deny' &&
        [Action].flat().includes('lambda:InvokeFunction') &&
        (Principal === '*' || Principal?.AWS === '*') &&
        CONDITIONS.includes(conditionKey(Condition)),
    );
}

/** `operator.key` of a condition with exactly one key; undefined if there is no condition. */
function conditionKey(condition: Record<string, Record<string, unknown>> | undefined) {
  if (condition === undefined) return undefined;
  const keys = Object.entries(condition).flatMap(([operator, block]) =>
    Object.keys(block).map((key) => `${operator}.${key}`),
  );
  return keys.join(' ');
}

function verdict(isCompliant: boolean): NagRuleResult {
  return isCompliant ? NagRuleCompliance.COMPLIANT : NagRuleCompliance.NON_COMPLIANT;
}
