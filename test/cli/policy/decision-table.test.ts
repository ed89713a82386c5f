import { describe, expect, it } from '@jest/globals';
import { runDecisionTable } from '../../../cli/policy/decision-table.ts';
import { FakePolicy } from '../../support/fake-ports.ts';

const good = `cases:
  - principal: arn:aws:iam::111122223333:role/ci
    credential: a/b
    expect: allow
`;

describe('a decision table', () => {
  it('reports place, expected decision and decision of each case', () => {
    const policy = new FakePolicy();
    policy.allowed = new Set(['vendToken a/b']);
    const table = `${good}    by: [another]
  - name: not this
    principal: arn:aws:iam::111122223333:role/ci
    credential: c/d
    expect: allow
`;
    expect(runDecisionTable(policy, 't.yaml', table)).toEqual([
      {
        place: 't.yaml:2',
        name: 'arn:aws:iam::111122223333:role/ci vendToken a/b',
        expected: 'allow by another',
        decided: 'allow by permit-it',
        passed: false,
        advice: [],
      },
      expect.objectContaining({
        place: 't.yaml:6',
        name: 'not this',
        expected: 'allow',
        decided: 'deny by default',
        passed: false,
      }),
    ]);
  });

  it('evaluates the request of the row, on a Monday at noon unless it states a time', () => {
    const policy = new FakePolicy();
    runDecisionTable(
      policy,
      't.yaml',
      `defaults: { organization: o-a, source_ip: 192.0.2.1 }
cases:
  - { principal: "arn:aws:iam::111122223333:role/ci", credential: a/b, scope: "y x", min_ttl: 5, expect: allow }
  - { principal: "arn:aws:iam::111122223333:user/u", credential: a/b, action: explainAccess, organization: null, source_ip: null, at: 2026-01-31T00:00:00Z, expect: allow }
`,
    );
    expect(policy.requests).toMatchObject([
      {
        action: 'vendToken',
        caller: { name: 'ci', organizationId: 'o-a' },
        context: {
          scope: ['x', 'y'],
          minTtl: 5,
          sourceIp: '192.0.2.1',
          now: Date.parse('2024-01-01T12:00:00Z'),
        },
      },
      {
        action: 'explainAccess',
        caller: { kind: 'user', organizationId: undefined },
        context: { sourceIp: undefined, now: Date.parse('2026-01-31T00:00:00Z') },
      },
    ]);
  });

  it.each([
    ['junk', 'cases: [', /^t\.yaml:\d+: /],
    ['no case', 'cases: []', /^t\.yaml:1: cases must hold at least one case/],
    [
      'an unknown member',
      `${good}    expects: deny\n`,
      /^t\.yaml:\d: cases\.0\.expects is not a member/,
    ],
    [
      'a missing member',
      'cases:\n  - principal: x\n    expect: deny\n',
      /^t\.yaml:2: cases\.0\.credential is missing/,
    ],
    [
      'a wrong expectation',
      good.replace('allow', 'maybe'),
      /^t\.yaml:4: cases\.0\.expect must be allow or deny/,
    ],
    [
      'a principal that is none',
      good.replace('arn:aws', 'arn'),
      /^t\.yaml:2: principal must be the ARN/,
    ],
    [
      'a credential that is none',
      good.replace('a/b', 'a'),
      /^t\.yaml:2: credential must be team\/name/,
    ],
    [
      'a time that is none',
      `defaults: { at: noon }\n${good}`,
      /^t\.yaml:1: defaults\.at must be a time/,
    ],
  ])('with %s is rejected with its place', (_, text, message) => {
    expect(() => runDecisionTable(new FakePolicy(), 't.yaml', text)).toThrow(message);
  });
});
