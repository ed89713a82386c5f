import { describe, expect, it } from '@jest/globals';
import { readersOnly } from '../../../lib/credential/resource-policy.ts';
import { REPLACED_STAGE } from '../../../lib/credential/rotation-statements.ts';
import { isAllowed } from '../../../local/aws-iam/iam-evaluator.ts';

const ACCOUNT = '111122223333';
const roleOf = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const policy = readersOnly({
  vending: [roleOf('vending'), roleOf('vending-elsewhere')],
  registry: [roleOf('registry')],
  rotation: [roleOf('rotation')],
  others: [roleOf('other')],
});
const STAGES = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', REPLACED_STAGE, 'another'];
const administrator = {
  Statement: [{ Effect: 'Allow' as const, Action: 'secretsmanager:*', Resource: '*' }],
};

function mayRead(name: string, stage: string | undefined, action = 'GetSecretValue'): boolean {
  const arn = roleOf(name);
  return isAllowed({
    principal: { arn, account: ACCOUNT, policies: [administrator] },
    action: `secretsmanager:${action}`,
    resource: {
      arn: `arn:aws:secretsmanager:eu-north-1:${ACCOUNT}:secret:token-vending/a/b-abcdef`,
      account: ACCOUNT,
      policies: [policy as never],
    },
    context: {
      'aws:PrincipalArn': arn,
      ...(stage === undefined ? {} : { 'secretsmanager:VersionStage': stage }),
    },
  });
}

describe('the resource policy of a secret', () => {
  it('denies reading to everybody but the functions, administrators included', () => {
    expect(mayRead('administrator', 'AWSCURRENT')).toBe(false);
    expect(mayRead('administrator', 'AWSCURRENT', 'BatchGetSecretValue')).toBe(false);
    for (const name of ['vending', 'vending-elsewhere', 'registry', 'rotation', 'other'])
      expect([name, mayRead(name, 'AWSCURRENT')]).toEqual([name, true]);
  });

  it.each([
    ['the vending function', 'vending', ['AWSCURRENT', 'AWSPREVIOUS']],
    ['the vending function of another Region', 'vending-elsewhere', ['AWSCURRENT', 'AWSPREVIOUS']],
    ['the registry', 'registry', ['AWSCURRENT']],
    ['the rotation', 'rotation', ['AWSCURRENT', 'AWSPENDING', REPLACED_STAGE]],
    ['another reader', 'other', [...STAGES, undefined]],
  ])('permits %s its stages only, whatever its identity policies permit', (_, name, stages) => {
    expect([...STAGES, undefined].filter((stage) => mayRead(name, stage))).toEqual(stages);
  });

  it('names no role of a function that the deployment does not have', () => {
    const { Statement } = readersOnly({ vending: [], registry: [], rotation: [], others: ['a'] });
    expect(Statement.map(({ Sid }) => Sid)).toEqual(['DenyOtherReaders']);
  });

  it('leaves what is no reading to the identity policies', () => {
    expect(mayRead('administrator', 'AWSCURRENT', 'DescribeSecret')).toBe(true);
  });
});
