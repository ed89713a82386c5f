import { describe, expect, it } from '@jest/globals';
import { OVERLAP_TAG, PROGRESS_TAG } from '../../../lib/credential/rotation-progress.ts';
import { REPLACED_STAGE, rotationStatements } from '../../../lib/credential/rotation-statements.ts';
import { isAllowed, type PolicyDocument } from '../../../local/aws-iam/iam-evaluator.ts';

const account = '111122223333';
const lambda = (name: string) => `arn:aws:lambda:eu-north-1:${account}:function:${name}`;
const functionArn = lambda('token-vending-rotate');
const secret = (name: string) => `arn:aws:secretsmanager:eu-north-1:${account}:secret:${name}`;
const scope = { secrets: secret('token-vending/*'), functionArn };
const policy: PolicyDocument = { Statement: rotationStatements({ ...scope, list: true }) };
const ROTATED_BY = 'secretsmanager:resource/AllowRotationLambdaArn';

function may(
  operation: string,
  context: Record<string, string | string[]>,
  name = 'token-vending/a/b-1',
) {
  return isAllowed({
    principal: { arn: `arn:aws:iam::${account}:role/rotate`, account, policies: [policy] },
    action: `secretsmanager:${operation}`,
    resource: { arn: secret(name), account, policies: [] },
    context: { 'lambda:SourceFunctionArn': functionArn, ...context },
  });
}

describe('IAM statements of the rotation', () => {
  it.each([
    ['AWSCURRENT', true],
    ['AWSPENDING', true],
    [REPLACED_STAGE, true],
    ['AWSPREVIOUS', false],
    ['OLD', false],
  ])('permit reading the stage %s of a secret: %s', (stage, verdict) => {
    const context = { 'secretsmanager:VersionStage': stage };
    expect(may('GetSecretValue', context)).toBe(verdict);
    expect(may('GetSecretValue', context, 'payroll/database-1')).toBe(false);
    expect(may('GetSecretValue', { ...context, 'lambda:SourceFunctionArn': lambda('other') })).toBe(
      false,
    );
  });

  it.each(['PutSecretValue', 'UpdateSecretVersionStage'])(
    'permit %s of the secrets that the function rotates, and of no other',
    (operation) => {
      expect(may(operation, { [ROTATED_BY]: functionArn })).toBe(true);
      expect(may(operation, { [ROTATED_BY]: lambda('other') })).toBe(false);
      expect(may(operation, {})).toBe(false);
    },
  );

  it.each([
    [[PROGRESS_TAG], functionArn, true],
    [[OVERLAP_TAG], functionArn, true],
    [['token-vending:team'], functionArn, false],
    [[PROGRESS_TAG, 'token-vending:team'], functionArn, false],
    [[PROGRESS_TAG], lambda('other'), false],
  ])('permit the tags %j of a secret that %s rotates: %s', (keys, rotatedBy, verdict) => {
    expect(may('TagResource', { 'aws:TagKeys': keys, [ROTATED_BY]: rotatedBy })).toBe(verdict);
  });

  it.each([
    [[OVERLAP_TAG], functionArn, true],
    [[PROGRESS_TAG], functionArn, false],
    [[OVERLAP_TAG], lambda('other'), false],
  ])('permit removing the tags %j of a secret that %s rotates: %s', (keys, rotatedBy, verdict) => {
    expect(may('UntagResource', { 'aws:TagKeys': keys, [ROTATED_BY]: rotatedBy })).toBe(verdict);
  });

  it('permit listing secrets, by the code of the function only', () => {
    expect(may('ListSecrets', {})).toBe(true);
    expect(may('ListSecrets', { 'lambda:SourceFunctionArn': lambda('other') })).toBe(false);
    expect(JSON.stringify(rotationStatements({ ...scope, list: false }))).not.toContain('List');
  });

  it('permit describing a secret, so that the error names a rotation that is switched off', () => {
    expect(may('DescribeSecret', {})).toBe(true);
    expect(may('DescribeSecret', {}, 'payroll/database-1')).toBe(false);
  });

  it.each(['CreateSecret', 'DeleteSecret', 'PutResourcePolicy', 'RotateSecret', 'UpdateSecret'])(
    'do not permit %s',
    (operation) => {
      expect(may(operation, { [ROTATED_BY]: functionArn })).toBe(false);
    },
  );
});
