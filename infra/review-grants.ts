import type { CfnResource } from 'aws-cdk-lib';
import {
  CfnGroupPolicy,
  CfnManagedPolicy,
  CfnPolicy,
  CfnRole,
  CfnRolePolicy,
} from 'aws-cdk-lib/aws-iam';
import { NagRuleCompliance, type NagRuleResult } from 'cdk-nag';

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
}

/** Rule: no identity policy allows actions on secrets by wildcard, or on secrets of any name. */
export function secretsScoped(node: CfnResource): NagRuleResult {
  return review(node, 'secretsmanager', (action, resource) => {
    if (action === 'secretsmanager:ListSecrets') return true;
    return !action.includes('*') && !/^"\*"$|:secret:\*"?/.test(resource);
  });
}

/** Rule: no identity policy allows actions on keys by wildcard, or on keys of any id. */
export function keysScoped(node: CfnResource): NagRuleResult {
  return review(
    node,
    'kms',
    (action, resource) => !action.includes('*') && !/^"\*"$|:key\/\*"?/.test(resource),
  );
}

function review(
  node: CfnResource,
  service: string,
  isScoped: (action: string, resource: string) => boolean,
): NagRuleResult {
  const statements = statementsOf(node);
  if (statements === undefined) return NagRuleCompliance.NOT_APPLICABLE;
  const scoped = statements
    .filter(({ Effect }) => Effect === 'Allow')
    .every((statement) => {
      // NotAction allows every action that it does not name, of every service.
      if (statement.NotAction !== undefined) return false;
      const actions = [statement.Action ?? []].flat();
      const own = actions.filter((action) => action === '*' || action.startsWith(`${service}:`));
      const resources = [statement.Resource].flat().map((one) => JSON.stringify(one));
      return own.every((action) => resources.every((resource) => isScoped(action, resource)));
    });
  return scoped ? NagRuleCompliance.COMPLIANT : NagRuleCompliance.NON_COMPLIANT;
}

function statementsOf(node: CfnResource): Statement[] | undefined {
  const documents = documentsOf(node);
  return documents?.flatMap((document) => {
    const { Statement: statements = [] } = node.stack.resolve(document);
    return [statements].flat();
  });
}

function documentsOf(node: CfnResource): unknown[] | undefined {
  if (node instanceof CfnRole) {
    const policies: { policyDocument: unknown }[] = node.stack.resolve(node.policies) ?? [];
    return policies.map(({ policyDocument }) => policyDocument);
  }
  if (
    node instanceof CfnPolicy ||
    node instanceof CfnRolePolicy ||
    node instanceof CfnGroupPolicy ||
    node instanceof CfnManagedPolicy
  ) {
    return [node.policyDocument];
  }
  return undefined;
}
