import { describe, expect, it } from '@jest/globals';
import { parseRegistryConfig, REGISTRY_VARIABLES } from '../../../lib/registry/config.ts';

const ROLE = 'arn:aws:iam::111122223333:role/path/vending';
const least = {
  TOKEN_VENDING_ALIAS: 'live',
  TOKEN_VENDING_INVOKED_BY: 'function-url',
  TOKEN_VENDING_AUDIT: 's3://audit-bucket',
  TOKEN_VENDING_VENDING_ROLES: ROLE,
  TOKEN_VENDING_REGISTRY_ROLES: `${ROLE}-registry`,
};

describe('the configuration of the registry', () => {
  it('needs the roles that may read secrets, besides what each endpoint needs', () => {
    expect(parseRegistryConfig(least)).toMatchObject({
      secretPrefix: 'token-vending/',
      kmsKeyId: undefined,
      readers: { vending: [ROLE], registry: [`${ROLE}-registry`], rotation: [], others: [] },
      replicas: [],
      rotationFunction: undefined,
      overlaps: true,
    });
    expect(REGISTRY_VARIABLES).toContain('TOKEN_VENDING_VENDING_ROLES');
  });

  it('may name a key, more Regions with their roles and keys, more readers and the function that rotates', () => {
    const key = 'arn:aws-cn:kms:cn-north-1:111122223333:key/1-2-3';
    const replica = (region: string) => `arn:aws-cn:kms:${region}:111122223333:key/mrk-1`;
    const rotate = 'arn:aws:lambda:eu-north-1:111122223333:function:rotate:live';
    expect(
      parseRegistryConfig({
        ...least,
        TOKEN_VENDING_SECRETS_KEY: key,
        TOKEN_VENDING_VENDING_ROLES: `${ROLE} ${ROLE}-elsewhere`,
        TOKEN_VENDING_ROTATION_ROLES: `${ROLE}-rotation`,
        TOKEN_VENDING_READER_ROLES: `${ROLE}-other`,
        TOKEN_VENDING_REPLICA_KEYS: `${replica('cn-northwest-1')} ${replica('cn-east-1')}`,
        TOKEN_VENDING_ROTATION_FUNCTION: rotate,
        TOKEN_VENDING_OVERLAPS: 'false',
      }),
    ).toMatchObject({
      kmsKeyId: key,
      replicas: ['cn-northwest-1', 'cn-east-1'].map((region) => ({
        region,
        kmsKeyId: replica(region),
      })),
      readers: {
        vending: [ROLE, `${ROLE}-elsewhere`],
        registry: [`${ROLE}-registry`],
        rotation: [`${ROLE}-rotation`],
        others: [`${ROLE}-other`],
      },
      rotationFunction: rotate,
      overlaps: false,
    });
  });

  it.each([
    ['TOKEN_VENDING_VENDING_ROLES', '*', /TOKEN_VENDING_VENDING_ROLES must be ARNs of roles/],
    ['TOKEN_VENDING_REGISTRY_ROLES', undefined, /TOKEN_VENDING_REGISTRY_ROLES is missing/],
    ['TOKEN_VENDING_ROTATION_ROLES', '', /TOKEN_VENDING_ROTATION_ROLES must be ARNs of roles/],
    ['TOKEN_VENDING_READER_ROLES', `${ROLE} `, /must be ARNs of roles, separated by one space/],
    ['TOKEN_VENDING_REPLICA_KEYS', 'eu-west-1', /must be ARNs of KMS keys, separated by one space/],
    ['TOKEN_VENDING_SECRETS_KEY', 'alias/own', /must be the ARN of a KMS key/],
    ['TOKEN_VENDING_ROTATION_FUNCTION', 'rotate', /must be the ARN of a Lambda function/],
    ['TOKEN_VENDING_LIST_CREDENTIALS', 'true', /is not a variable of this function/],
  ])('rejects %s=%s', (name, value, text) => {
    expect(() => parseRegistryConfig({ ...least, [name]: value })).toThrow(text);
  });
});
