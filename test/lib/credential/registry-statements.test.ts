import { describe, expect, it } from '@jest/globals';
import { registryStatements } from '../../../lib/credential/registry-statements.ts';
import { isAllowed, type PolicyDocument } from '../../../local/aws-iam/iam-evaluator.ts';
import type { RequestContext } from '../../../local/aws-iam/policy-condition.ts';

const account = '111122223333';
const lambda = (name: string) => `arn:aws:lambda:eu-north-1:${account}:function:${name}`;
const functionArn = lambda('token-vending-registry');
const rotationFunction = lambda('token-vending-rotate');
const secret = (name: string) => `arn:aws:secretsmanager:eu-north-1:${account}:secret:${name}`;
const key = `arn:aws:kms:eu-north-1:${account}:key/0a1b2c3d-0000-4000-8000-000000000001`;
const SCOPE = { secrets: secret('token-vending/*'), functionArn, key, rotationFunction };
const policyOf = (replicaRegions?: string[]): PolicyDocument => ({
  Statement: registryStatements({ ...SCOPE, ...(replicaRegions && { replicaRegions }) }),
});
const IN_FUNCTION = { 'lambda:SourceFunctionArn': functionArn };

function may(
  operation: string,
  context: RequestContext = {},
  name = 'token-vending/a/b-a1B2c3',
  policy = policyOf(),
) {
  return isAllowed({
    principal: { arn: `arn:aws:iam::${account}:role/registry`, account, policies: [policy] },
    action: `secretsmanager:${operation}`,
    resource: { arn: secret(name), account, policies: [] },
    context: { ...IN_FUNCTION, ...context },
  });
}

describe('IAM statements of the registry', () => {
  it.each(['DescribeSecret', 'ListSecretVersionIds', 'PutSecretValue', 'RestoreSecret'])(
    'permit %s below the prefix, to code of the function',
    (operation) => {
      expect(may(operation)).toBe(true);
      expect(may(operation, {}, 'payroll/database-d4E5f6')).toBe(false);
      expect(may(operation, { 'lambda:SourceFunctionArn': lambda('other') })).toBe(false);
    },
  );

  it.each([
    ['GetSecretValue', { 'secretsmanager:VersionStage': 'AWSCURRENT' }, true],
    ['GetSecretValue', { 'secretsmanager:VersionStage': 'AWSPREVIOUS' }, false],
    ['GetSecretValue', { 'secretsmanager:VersionId': '1' }, false],
    ['BatchGetSecretValue', {}, false],
    ['CreateSecret', { 'secretsmanager:KmsKeyArn': key }, true],
    ['CreateSecret', { 'secretsmanager:KmsKeyArn': key.replace(/1$/, '2') }, false],
    ['CreateSecret', {}, false],
    [
      'CreateSecret',
      { 'secretsmanager:KmsKeyArn': key, 'secretsmanager:AddReplicaRegions': ['eu-west-1'] },
      false,
    ],
    ['ReplicateSecretToRegions', { 'secretsmanager:AddReplicaRegions': ['eu-west-1'] }, false],
    ['RemoveRegionsFromReplication', {}, false],
    ['TagResource', { 'aws:TagKeys': ['token-vending:deployment', 'token-vending:team'] }, true],
    ['TagResource', { 'aws:TagKeys': ['cost-center'] }, false],
    ['PutResourcePolicy', { 'secretsmanager:BlockPublicPolicy': 'true' }, true],
    ['PutResourcePolicy', {}, false],
    ['DeleteResourcePolicy', {}, false],
    ['DeleteSecret', {}, true],
    ['DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' }, true],
    ['DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' }, false],
    ['RotateSecret', { 'secretsmanager:RotationLambdaARN': rotationFunction }, true],
    ['RotateSecret', { 'secretsmanager:RotationLambdaARN': lambda('other') }, false],
    ['UpdateSecret', {}, false],
    ['ListSecrets', {}, false],
  ])('permit %s with %j: %s', (operation, context, verdict) => {
    expect(may(operation, context)).toBe(verdict);
  });

  it.each([
    ['ReplicateSecretToRegions', ['eu-west-1'], 'false', true],
    ['ReplicateSecretToRegions', ['eu-west-1'], undefined, true],
    ['ReplicateSecretToRegions', ['eu-west-1', 'us-east-1'], undefined, false],
    ['ReplicateSecretToRegions', ['eu-west-1'], 'true', false],
    ['RemoveRegionsFromReplication', [], undefined, true],
    ['StopReplicationToReplica', [], undefined, false],
  ])('permit %s to %j, by force: %s, if secrets are copied to eu-west-1: %s', (...row) => {
    const [operation, regions, force, verdict] = row;
    const context = {
      'secretsmanager:AddReplicaRegions': regions,
      ...(force === undefined ? {} : { 'secretsmanager:ForceOverwriteReplicaSecret': force }),
    };
    expect(may(operation, context, undefined, policyOf(['eu-west-1']))).toBe(verdict);
  });
});
