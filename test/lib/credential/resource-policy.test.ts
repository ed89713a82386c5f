import { describe, expect, it } from '@jest/globals';
import { readersOnly } from '../../../lib/credential/resource-policy.ts';
import { isAllowed } from '../../../local/aws-iam/iam-evaluator.ts';

const ACCOUNT = '111122223333';
const roleOf = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const policy = readersOnly({
  vending: roleOf('vending'),
  others: [roleOf('registry'), roleOf('rotation')],
});
const administrator = {
  Statement: [{ Effect: 'Allow' as const, Action: 'secretsmanager:*', Resource: '*' }],
};

function mayRead(name: string, stage: string, action = 'GetSecretValue'): boolean {
  const arn = roleOf(name);
  return isAllowed({
    principal: { arn, account: ACCOUNT, policies: [administrator] },
    action: `secretsmanager:${action}`,
    resource: {
      arn: `arn:aws:secretsmanager:eu-north-1:${ACCOUNT}:secret:token-vending/a/b-abcdef`,
      account: ACCOUNT,
      policies: [policy as never],
    },
    context: { 'aws:PrincipalArn': arn, 'secretsmanager:VersionStage': stage },
  });
}

describe('the resource policy of a secret', () => {
  it('denies reading to everybody but the functions, administrators included', () => {
    expect(mayRead('administrator', 'AWSCURRENT')).toBe(false);
    expect(mayRead('administrator', 'AWSCURRENT', 'BatchGetSecretValue')).toBe(false);
    for (const name of ['vending', 'registry', 'rotation'])
      expect([name, mayRead(name, 'AWSCURRENT')]).toEqual([name, true]);
  });

  it('denies the vending function every version but the current and the previous one', () => {
    expect(mayRead('vending', 'AWSPREVIOUS')).toBe(true);
    expect(mayRead('vending', 'AWSPENDING')).toBe(false);
    expect(mayRead('rotation', 'AWSPENDING')).toBe(true);
  });

  it('leaves what is no reading to the identity policies', () => {
    expect(mayRead('administrator', 'AWSCURRENT', 'DescribeSecret')).toBe(true);
  });
});
