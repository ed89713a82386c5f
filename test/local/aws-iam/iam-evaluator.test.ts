import { describe, expect, it } from '@jest/globals';
import {
  isAllowed,
  type Principal,
  type Resource,
  type Statement,
} from '../../../local/aws-iam/iam-evaluator.ts';
import {
  type ConditionBlock,
  isMet,
  likeArn,
  type RequestContext,
} from '../../../local/aws-iam/policy-condition.ts';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/one`;
const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
});
const deny = (more: Partial<Statement> = {}): Statement => allow({ Effect: 'Deny', ...more });
const everyone = { Principal: { AWS: '*' } };
const accountRoot = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };

const role = (...statements: Statement[]): Principal => ({
  arn: ROLE,
  account: ACCOUNT,
  policies: [{ Statement: statements }],
});
const foreign = (...statements: Statement[]): Principal => ({
  ...role(...statements),
  arn: 'arn:aws:iam::444455556666:role/two',
  account: '444455556666',
});
const service: Principal = { arn: 'logs.amazonaws.com', policies: [] };
const bucket = (...statements: Statement[]): Resource => ({
  arn: 'arn:aws:s3:::bucket/a/b',
  account: ACCOUNT,
  policies: [{ Statement: statements }],
});
const key = (...statements: Statement[]): Resource => ({ ...bucket(...statements), isKey: true });

describe('the evaluator', () => {
  it.each<[string, Principal, Resource, boolean]>([
    ['nobody said anything', role(), bucket(), false],
    ['the identity policy allows', role(allow()), bucket(), true],
    ['the resource policy allows', role(), bucket(allow(everyone)), true],
    [
      'the resource policy names the role',
      role(),
      bucket(allow({ Principal: { AWS: ROLE } })),
      true,
    ],
    [
      'the resource policy names another',
      foreign(allow()),
      bucket(allow({ Principal: { AWS: ROLE } })),
      false,
    ],
    [
      'an account is named, and its identity policy is silent',
      role(),
      bucket(allow(accountRoot)),
      false,
    ],
    [
      'an account is named, and its identity policy allows',
      role(allow()),
      bucket(allow(accountRoot)),
      true,
    ],
    [
      'an account is named by its id',
      role(allow()),
      bucket(allow({ Principal: { AWS: ACCOUNT } })),
      true,
    ],
    ['the identity policy denies', role(allow(), deny()), bucket(allow(everyone)), false],
    ['the resource policy denies', role(allow()), bucket(deny(everyone)), false],
    ['the resource policy denies the account', role(allow()), bucket(deny(accountRoot)), false],
    ['only the identity allows, across accounts', foreign(allow()), bucket(), false],
    ['only the resource allows, across accounts', foreign(), bucket(allow(everyone)), false],
    ['both allow, across accounts', foreign(allow()), bucket(allow(everyone)), true],
    ['only the identity allows, to a key', role(allow()), key(), false],
    ['the key delegates to the account', role(allow()), key(allow(accountRoot)), true],
    ['the key delegates, and the identity is silent', role(), key(allow(accountRoot)), false],
    [
      'a service is named',
      service,
      bucket(allow({ Principal: { Service: 'logs.amazonaws.com' } })),
      true,
    ],
    [
      'another service is named',
      service,
      bucket(allow({ Principal: { Service: 'ec2.amazonaws.com' } })),
      false,
    ],
    ['an account is named, and a service asks', service, bucket(allow(accountRoot)), false],
    [
      'everyone is denied, services too',
      service,
      bucket(allow({ Principal: { Service: 'logs.amazonaws.com' } }), deny(everyone)),
      false,
    ],
    ['the action is another', role(allow({ Action: 's3:PutObject' })), bucket(), false],
    ['the action has a wildcard', role(allow({ Action: ['s3:Get*'] })), bucket(), true],
    [
      'the action is written in other case',
      role(allow({ Action: 'S3:getobject' })),
      bucket(),
      true,
    ],
    [
      'the action has a wildcard for one character',
      role(allow({ Action: 's3:GetObjec?' })),
      bucket(),
      true,
    ],
    [
      'the resource is below a prefix',
      role(allow({ Resource: 'arn:aws:s3:::bucket/a/*' })),
      bucket(),
      true,
    ],
    [
      'the resource is elsewhere',
      role(allow({ Resource: ['arn:aws:s3:::bucket/b/*'] })),
      bucket(),
      false,
    ],
    [
      'the bucket is not its objects',
      role(allow({ Resource: 'arn:aws:s3:::bucket' })),
      bucket(),
      false,
    ],
    [
      'the principal is in the condition',
      role(allow({ Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } })),
      bucket(),
      true,
    ],
  ])('decides if %s', (_, principal, resource, expected) => {
    expect(isAllowed({ principal, action: 's3:GetObject', resource })).toBe(expected);
  });

  it.each<[string, ConditionBlock, RequestContext, boolean]>([
    ['all of a list', { 'ForAllValues:StringEquals': { k: ['u', 'v'] } }, { k: ['u', 'v'] }, true],
    ['not all of a list', { 'ForAllValues:StringEquals': { k: 'v' } }, { k: ['u', 'v'] }, false],
    ['all of one value', { 'ForAllValues:StringEquals': { k: 'v' } }, { k: 'v' }, true],
    ['all of none', { 'ForAllValues:StringEquals': { k: 'v' } }, {}, true],
    ['all of an empty list', { 'ForAllValues:StringEquals': { k: 'v' } }, { k: [] }, true],
    ['any of a list', { 'ForAnyValue:StringEquals': { k: 'v' } }, { k: ['u', 'v'] }, true],
    ['not any of a list', { 'ForAnyValue:StringEquals': { k: 'v' } }, { k: ['u'] }, false],
    ['any of none', { 'ForAnyValue:StringEquals': { k: 'v' } }, {}, false],
    ['an empty list where one must be there', { Null: { k: 'false' } }, { k: [] }, false],
    ['at most', { NumericLessThanEquals: { k: 300 } }, { k: '300' }, true],
    ['more than at most', { NumericLessThanEquals: { k: 300 } }, { k: '301' }, false],
    ['equal', { StringEquals: { k: 'v' } }, { k: 'v' }, true],
    ['one of several', { StringEquals: { k: ['u', 'v'] } }, { k: 'v' }, true],
    ['equal but for case', { StringEquals: { k: 'V' } }, { k: 'v' }, false],
    ['missing', { StringEquals: { k: 'v' } }, {}, false],
    ['missing, if exists', { StringEqualsIfExists: { k: 'v' } }, {}, true],
    ['there, if exists', { StringEqualsIfExists: { k: 'v' } }, { k: 'w' }, false],
    ['none of several', { StringNotEquals: { k: ['u', 'v'] } }, { k: 'w' }, true],
    ['one of several, negated', { StringNotEquals: { k: ['u', 'v'] } }, { k: 'v' }, false],
    ['missing, negated', { StringNotEquals: { k: 'v' } }, {}, true],
    ['like', { StringLike: { k: 'a*' } }, { k: 'abc' }, true],
    ['a regular expression taken literally', { StringLike: { k: 'a.c' } }, { k: 'abc' }, false],
    ['not like', { StringNotLike: { k: 'a*' } }, { k: 'abc' }, false],
    ['true', { Bool: { k: 'true' } }, { k: 'true' }, true],
    ['missing, of a Bool', { Bool: { k: 'false' } }, {}, false],
    ['missing, of a BoolIfExists', { BoolIfExists: { k: 'false' } }, {}, true],
    ['there where it must be missing', { Null: { k: 'true' } }, { k: 'v' }, false],
    ['missing where it must be', { Null: { k: 'true' } }, {}, true],
    ['there where it must be there', { Null: { k: 'false' } }, { k: 'v' }, true],
    ['less', { NumericLessThan: { k: 1.2 } }, { k: '1.1' }, true],
    ['not less', { NumericLessThan: { k: 1.2 } }, { k: '1.2' }, false],
    ['a key in other case', { StringEquals: { 'AWS:Key': 'v' } }, { 'aws:key': 'v' }, true],
    ['one key of two', { StringEquals: { k: 'v', l: 'w' } }, { k: 'v' }, false],
    ['one operator of two', { StringEquals: { k: 'v' }, Bool: { l: 'true' } }, { k: 'v' }, false],
  ])('reads a condition that is %s', (_, block, context, expected) => {
    expect(isMet(block, context)).toBe(expected);
  });

  it('compares ARNs part by part: a wildcard does not match the next part', () => {
    expect(likeArn('arn:aws:s3:::bucket/x', 'arn:aws:s3:::bucket/*')).toBe(true);
    expect(likeArn('arn:aws:logs:r:1:log-group:a:*', 'arn:aws:logs:r:1:log-group:*')).toBe(true);
    expect(likeArn('arn:aws:iam::1:role/x', 'arn:aws:*:role/x')).toBe(false);
    expect(likeArn('arn:aws:iam::1:role/x', 'arn:aws:iam::2:role/x')).toBe(false);
    expect(likeArn('no-arn', '*')).toBe(false);
  });

  it.each<[string, Statement]>([
    ['an element', { ...allow(), NotAction: 's3:*' } as unknown as Statement],
    ['an effect', allow({ Effect: 'allow' })],
    ['an operator', allow({ Condition: { DateLessThan: { k: 'v' } } })],
    ['a quantifier', allow({ Condition: { 'ForSomeValues:StringEquals': { k: 'v' } } })],
    ['a variable in a resource', allow({ Resource: `arn:aws:s3:::b/$${'{aws:username}'}` })],
    ['a variable in a condition', allow({ Condition: { StringEquals: { k: `$${'{aws:x}'}` } } })],
    ['a value', allow({ Condition: { StringEquals: { k: { Ref: 'x' } } } })],
    ['a resource', allow({ Resource: 'bucket' })],
    ['a principal, in an identity policy', allow(everyone)],
  ])('throws if it does not know %s', (_, statement) => {
    const request = () =>
      isAllowed({ principal: role(statement), action: 's3:GetObject', resource: bucket() });
    expect(request).toThrow(/not known|identity policy/);
  });

  it('throws if a resource policy has a condition that IAM knows of identities only', () => {
    const Condition = { ArnLike: { 'Lambda:SourceFunctionArn': 'arn:aws:lambda:r:1:function:f' } };
    const request = (principal: Principal, resource: Resource) => () =>
      isAllowed({ principal, action: 's3:GetObject', resource });
    const inResource = bucket(allow({ ...everyone, Condition }));
    expect(request(role(), inResource)).toThrow('lambda:SourceFunctionArn');
    expect(request(role(allow({ Condition })), bucket())).not.toThrow();
  });

  it('throws if an operator for one value meets a list of values', () => {
    const block = { StringEquals: { k: 'v' } };
    expect(() => isMet(block, { k: ['v'] })).toThrow('not known for a list of values');
  });

  it('throws if a resource policy names an unknown kind of principal, or none', () => {
    const request = (statement: Statement) => () =>
      isAllowed({ principal: role(), action: 's3:GetObject', resource: bucket(statement) });
    expect(request(allow({ Principal: { Federated: 'x' } }))).toThrow('Principal Federated');
    expect(request(allow())).toThrow('without Principal');
  });
});
