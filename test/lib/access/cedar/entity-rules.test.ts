import { describe, expect, it } from '@jest/globals';
import { identifyCaller } from '../../../../lib/access/caller.ts';
import { toCedarRequest } from '../../../../lib/access/cedar/entities.ts';
import {
  ATTRIBUTE_RULES,
  ENTITY_RULES,
  findArnPatternError,
} from '../../../../lib/access/cedar/entity-rules.ts';
import { NOON } from '../../../support/policies.ts';

const ACCOUNT = '111122223333';
const PATH = 'the ARN of a session does not contain the path of its role';

describe('the id of an entity that is in no request', () => {
  it.each([
    [
      'Role',
      `arn:aws:iam::${ACCOUNT}:role/ci/deploy`,
      `${PATH}. Write arn:aws:iam::${ACCOUNT}:role/deploy`,
    ],
    [
      'Role',
      `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_a_b`,
      `role/AWSReservedSSO_a_b`,
    ],
    ['Role', 'arn:aws:iam::11112222333:role/ci', '12 digits'],
    ['Role', 'arn:aws:iam::1111222233334:role/ci', '12 digits'],
    ['Role', 'arn:aws:iam::*:role/ci', '12 digits'],
    ['Role', `arn:awss:iam::${ACCOUNT}:role/ci`, 'the partition must be one of aws, aws-cn,'],
    ['Role', `arn:aws-mars:iam::${ACCOUNT}:role/ci`, 'the partition must be one of'],
    [
      'Role',
      `arn:aws:sts::${ACCOUNT}:assumed-role/ci/run-1`,
      `Write the role: arn:aws:iam::${ACCOUNT}:role/ci`,
    ],
    [
      'Role',
      `arn:aws:sts::${ACCOUNT}:assumed-role/ci`,
      `Write the role: arn:aws:iam::${ACCOUNT}:role/ci`,
    ],
    ['Role', `arn:aws:iam::${ACCOUNT}:user/ann`, 'Write User::'],
    ['Role', `arn:aws:iam::${ACCOUNT}:root`, 'Write User::'],
    ['Role', `arn:aws:sts::${ACCOUNT}:federated-user/ann`, 'Write User::'],
    ['Role', `arn:aws:iam::${ACCOUNT}:role/ci-*`, 'it has no wildcards'],
    ['Role', `arn:aws:iam::${ACCOUNT}:role/c i`, 'the name must be 1 to 64'],
    ['Role', `arn:aws:iam::${ACCOUNT}:role/${'r'.repeat(65)}`, 'the name must be 1 to 64'],
    ['Role', `arn:aws:iam::${ACCOUNT}:role`, 'the name must be 1 to 64'],
    ['Role', `arn:aws:iam::${ACCOUNT}:group/ci`, 'it must be an ARN such as arn:aws:iam::'],
    ['Role', `arn:aws:sts::${ACCOUNT}:role/ci`, 'it must be an ARN such as arn:aws:iam::'],
    [
      'Role',
      `arn:aws:iam:eu-north-1:${ACCOUNT}:role/ci`,
      'it must be an ARN such as arn:aws:iam::',
    ],
    ['Role', 'ci', 'it must be an ARN such as arn:aws:iam::'],
    ['User', `arn:aws:iam::${ACCOUNT}:role/ci`, 'Write Role::'],
    ['User', `arn:aws:sts::${ACCOUNT}:assumed-role/ci/run-1`, 'Write Role::'],
    ['User', 'arn:aws:iam::11112222333:user/ann', '12 digits'],
    ['User', 'arn:aws:iam::11112222333:root', '12 digits'],
    ['User', `arn:aws-mars:iam::${ACCOUNT}:user/ann`, 'the partition must be one of'],
    ['User', `arn:aws:iam::${ACCOUNT}:user/a*`, 'it has no wildcards'],
    ['User', `arn:aws:iam::${ACCOUNT}:user/`, 'the name must be 1 to 64'],
    ['User', `arn:aws:iam::${ACCOUNT}:root/ann`, 'federated-user/NAME'],
    ['User', `arn:aws:iam::${ACCOUNT}:federated-user/ann`, 'federated-user/NAME'],
    ['User', `arn:aws:sts::${ACCOUNT}:federated-user/x/ann`, 'federated-user/NAME'],
    ['User', `arn:aws:sts::${ACCOUNT}:user/ann`, 'federated-user/NAME'],
    ['User', 'ann', 'federated-user/NAME'],
    ['Account', '11112222333', '12 digits'],
    ['Account', '1111-2222-3333', '12 digits'],
    ['Organization', 'a1b2c3d4e5', 'an organization is o-'],
    ['Organization', 'o-A1B2C3D4E5', 'an organization is o-'],
    ['Organization', 'o-short', 'an organization is o-'],
    ['Team', 'Checkout', 'lower-case letters'],
    ['Team', 'checkout/orders-api', 'lower-case letters'],
    ['Team', '', 'lower-case letters'],
    ['Credential', 'checkout/Orders-api', 'must be team/name'],
    ['Credential', 'orders-api', 'must be team/name'],
    ['Credential', 'token-vending/checkout/orders-api', 'must be team/name'],
  ])('is found, with what to write: %s %s', (type, id, expected) => {
    expect(ENTITY_RULES[type]?.(id)).toContain(expected);
  });
});

describe('the entities of a request', () => {
  it.each([
    `arn:aws:sts::${ACCOUNT}:assumed-role/ci/run-1`,
    `arn:aws-cn:sts::${ACCOUNT}:assumed-role/c_i+=,.@-/run-1`,
    `arn:aws-us-gov:iam::${ACCOUNT}:user/ann`,
    `arn:aws:iam::${ACCOUNT}:user/team/a/ann`,
    `arn:aws:sts::${ACCOUNT}:federated-user/ann`,
    `arn:aws-eusc:iam::${ACCOUNT}:root`,
  ])('follow the rules of their types, and its attributes theirs: %s', (arn) => {
    const organizationId = 'o-a1b2c3d4e5';
    const caller = identifyCaller({
      accountId: ACCOUNT,
      arn,
      userId: '',
      accessKeyId: undefined,
      organizationId,
    });
    const credential = { team: 'checkout', name: 'orders-api' };
    const { entities } = toCedarRequest({ caller, action: 'vendToken', credential, context: NOON });
    const broken = entities.map(({ uid }) => {
      const { type, id } = uid as { type: string; id: string };
      return [type, ENTITY_RULES[type]?.(id)];
    });
    expect(broken).toEqual(entities.map(({ uid }) => [(uid as { type: string }).type, undefined]));
    expect(ATTRIBUTE_RULES['principal.arn']?.(caller.principalArn)).toBeUndefined();
    expect(ATTRIBUTE_RULES['principal.name']?.(caller.name)).toBeUndefined();
    expect(ATTRIBUTE_RULES['principal.partition']?.(caller.partition)).toBeUndefined();
    expect(ATTRIBUTE_RULES['resource.name']?.(credential.name)).toBeUndefined();
  });
});

describe('an attribute that no request has', () => {
  it.each([
    ['principal.arn', `arn:aws:iam::${ACCOUNT}:role/ci/deploy`, PATH],
    ['principal.arn', `arn:aws:sts::${ACCOUNT}:assumed-role/ci/run-1`, 'Write the role'],
    ['principal.arn', 'ci', 'federated-user/NAME'],
    ['principal.name', 'ci/deploy', 'the name must be'],
    ['principal.partition', 'AWS', 'the partition must be'],
    ['resource.name', 'checkout/orders-api', 'lower-case letters'],
  ])('is found, with its rule: %s %s', (name, value, expected) => {
    expect(ATTRIBUTE_RULES[name]?.(value)).toContain(expected);
  });
});

describe('a pattern for ARNs', () => {
  it.each([
    [`arn:aws:iam::${ACCOUNT}:role/ci/*`, true],
    [`arn:aws:iam::*:role/*/deploy`, true],
    [`arn:aws:iam::${ACCOUNT}:role/ci-*`, false],
    [`arn:aws:iam::${ACCOUNT}:user/team/*`, false],
    ['arn:aws:iam::*', false],
    ['*/deploy', false],
  ])('can never match if it has the path of a role: %s %s', (pattern, never) => {
    expect(findArnPatternError(pattern)?.startsWith(PATH) ?? false).toBe(never);
  });
});
