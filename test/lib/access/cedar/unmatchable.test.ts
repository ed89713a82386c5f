import { describe, expect, it } from '@jest/globals';
import { findUnmatchable } from '../../../../lib/access/cedar/unmatchable.ts';
import { policiesOf } from '../../../support/policies.ts';

const ROLE = 'Role::"arn:aws:iam::111122223333:role/ci/deploy"';
const ARN = '"arn:aws:iam::111122223333:role/ci/deploy"';
const found = (policy: string) =>
  policiesOf(policy).flatMap(({ json }) => findUnmatchable(json).map(({ message }) => message));

describe('a value of a policy that can never match', () => {
  it.each([
    ['in the scope', `permit (principal == ${ROLE}, action, resource);`],
    ['in a condition', `permit (principal, action, resource) when { principal == ${ROLE} };`],
    ['in an exception', `permit (principal, action, resource) unless { principal == ${ROLE} };`],
    ['in a list', `permit (principal, action, resource) when { [${ROLE}].contains(principal) };`],
    ['in a hierarchy', `permit (principal, action, resource) when { principal in [${ROLE}] };`],
    [
      'deep in a condition',
      `permit (principal, action, resource) when { context.minTtl < 9 && !(if true then principal == ${ROLE} else false) };`,
    ],
    [
      'twice, named once',
      `permit (principal == ${ROLE}, action, resource) when { principal == ${ROLE} };`,
    ],
  ])('is found %s', (_, policy) => {
    expect(found(policy)).toEqual([
      `${ROLE} never matches: the ARN of a session does not contain the path of its role. Write arn:aws:iam::111122223333:role/deploy`,
    ]);
  });

  it.each([
    [
      'an account',
      'permit (principal is Role in Account::"11112222333", action, resource);',
      'Account::"11112222333" never matches: an account has 12 digits',
    ],
    [
      'a team',
      'permit (principal, action, resource in Team::"Checkout");',
      'Team::"Checkout" never matches: it must be 1 to 63 lower-case',
    ],
    [
      'a credential',
      'permit (principal, action, resource == Credential::"checkout/Orders");',
      'Credential::"checkout/Orders" never matches: it must be team/name',
    ],
    [
      'an ARN as text',
      `permit (principal, action, resource) when { principal.arn == ${ARN} };`,
      `principal.arn ${ARN} never matches: the ARN of a session`,
    ],
    [
      'an ARN as text, on the left',
      `permit (principal, action, resource) when { ${ARN} == principal.arn };`,
      `principal.arn ${ARN} never matches: the ARN of a session`,
    ],
    [
      'an ARN that is excluded',
      `permit (principal, action, resource) when { principal.arn != ${ARN} };`,
      `principal.arn ${ARN} never matches: the ARN of a session`,
    ],
    [
      'an ARN in a list of texts',
      `permit (principal, action, resource) when { [${ARN}].contains(principal.arn) };`,
      `principal.arn ${ARN} never matches: the ARN of a session`,
    ],
    [
      'a pattern',
      'permit (principal, action, resource) when { principal.arn like "arn:aws:iam::111122223333:role/ci/*" };',
      'principal.arn like "arn:aws:iam::111122223333:role/ci/*" never matches: the ARN of a session',
    ],
    [
      'a name',
      'permit (principal, action, resource) when { resource.name == "Orders" };',
      'resource.name "Orders" never matches: it must be 1 to 63 lower-case',
    ],
    [
      'a partition',
      'permit (principal, action, resource) when { principal.partition == "aws-mars" };',
      'principal.partition "aws-mars" never matches: the partition must be one of',
    ],
  ])('is found with its rule: %s', (_, policy, expected) => {
    expect(found(policy)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('a policy whose values can match', () => {
  it.each([
    'permit (principal, action, resource);',
    'permit (principal == Role::"arn:aws:iam::111122223333:role/deploy", action == Action::"vendToken", resource in Team::"checkout");',
    'permit (principal, action, resource) when { context.scope.contains("a/b") && principal.arn like "arn:aws:iam::111122223333:role/ci-*" };',
    'permit (principal, action, resource) when { principal.name like "a/*" || context.sessionName == "x/y" || context.minTtl == 3 };',
    'permit (principal, action, resource) when { ["a"].contains(principal.name) && context.scope.contains(principal.name) };',
    'permit (principal, action, resource) when { {type: "Role", id: context.minTtl}.type == "Role" };',
    'permit (principal, action, resource) when { principal.arn == principal.name && principal.name == resource.name };',
  ])('has no finding: %s', (policy) => {
    expect(found(policy)).toEqual([]);
  });
});
