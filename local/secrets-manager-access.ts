import { registryStatements } from '../lib/credential/registry-statements.ts';
import { rotationStatements } from '../lib/credential/rotation-statements.ts';
import { secretsManagerStatements } from '../lib/credential/secrets-manager-statements.ts';
import { isAllowed, type PolicyDocument, type Statement } from './aws-iam/iam-evaluator.ts';
import type { RequestContext } from './aws-iam/policy-condition.ts';
import { ACCOUNT, type LocalCaller } from './callers.ts';
import {
  type DeployedFunctions,
  functionOfRole,
  PRIMARY,
  REGION,
  REPLICA,
  REPLICA_REGION,
} from './deployed-functions.ts';
import type { ServiceCall } from './json-service.ts';
import { SECRET_PREFIX, secretsKeyOf } from './secret-settings.ts';
import type { SecretStore } from './secret-store.ts';
import { authorizationsOf } from './secrets-manager-conditions.ts';
import { subjectOf } from './web-identity-issuer.ts';

/**
 * Whether IAM allows the call: by the identity policy of the caller, and by the resource policy of the
 * secret. The policies of the functions are those in the template.
 */
export function mayCall(store: SecretStore, region: string, call: ServiceCall): boolean {
  const { caller, input } = call;
  const { accountId: account, organizationId: organization } = caller.identity;
  const principal = {
    arn: subjectOf(caller),
    account,
    organization,
    policies: policiesOf(caller.name, region),
  };
  const name = input['SecretId'] ?? input['Name'];
  const secret = typeof name === 'string' ? store.find(name) : undefined;
  const resource = {
    arn: secret?.arn ?? arnOf(region, name),
    account: ACCOUNT,
    policies: secret?.policy === undefined ? [] : [JSON.parse(secret.policy) as PolicyDocument],
  };
  return authorizationsOf(call, secret).every(({ action, context }) =>
    isAllowed({ principal, resource, action, context: { ...context, ...sourceOf(caller) } }),
  );
}

function policiesOf(name: string, region: string): PolicyDocument[] {
  const functions = region === REGION ? PRIMARY : REPLICA;
  const Statement = statementsOf(name, region, functions);
  return Statement.length === 0 ? [] : [{ Statement }];
}

function statementsOf(
  name: string,
  region: string,
  { vending, registry, rotation }: DeployedFunctions,
): readonly Statement[] {
  const secrets = arnOf(region, `${SECRET_PREFIX}*`);
  switch (name) {
    case vending.role:
      return secretsManagerStatements({ secrets, list: true, functionArn: vending.arn });
    case registry.role:
      return registryStatements({
        secrets,
        functionArn: registry.arn,
        key: secretsKeyOf(region),
        rotationFunction: rotation.arn,
        replicaRegions: [region === REGION ? REPLICA_REGION : REGION],
      });
    case rotation.role:
      return rotationStatements({ secrets, functionArn: rotation.arn, list: true });
    // The policy of a secret denies it to read.
    case 'account-admin':
      return [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }];
    default:
      return [];
  }
}

// A secret that does not exist gets the ARN of its name, without the six characters that AWS adds.
function arnOf(region: string, secret: unknown): string {
  if (typeof secret !== 'string') return '*';
  return secret.startsWith('arn:')
    ? secret
    : `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${secret}`;
}

/** Lambda states the function in the credentials of its role. */
function sourceOf({ name }: LocalCaller): RequestContext {
  const lambda = functionOfRole(name);
  return lambda === undefined ? {} : { 'lambda:SourceFunctionArn': lambda.arn };
}
