import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeFirstTeam } from '../../../cli/init/first-team.ts';
import { Credential } from '../../../infra/credential.ts';
import type { TokenVendingStack } from '../../../infra/token-vending-stack.ts';
import { resolveTemplate, type Template } from '../../support/resolve-template.ts';
import { synthesisedOnce } from '../synthesised-once.ts';

const rolesOf = (count: number) =>
  Array.from({ length: count }, (_, n) => `    - arn:aws:iam::111122223333:role/team-${n}-ci-*`);

const withRoles = (count: number) => (text: string) =>
  text.replace('  roles:', ['  roles:', ...rolesOf(count)].join('\n'));

describe('what exceeds a limit of AWS', () => {
  it('is named at synthesis, with what to do: too many roles for the policy of the endpoint', () => {
    expect(() => synthesisedOnce('', withRoles(300))).toThrow(
      /the resource policy of token-vending\/TokenVending\/InvokePolicy has about \d+ bytes, and AWS allows 20480: name fewer roles in allowedPrincipals\. One pattern such as/,
    );
    expect(() => synthesisedOnce('endpoint: rest', withRoles(100))).toThrow(
      /token-vending\/TokenVending\/Api\/Resource has about \d+ bytes, and AWS allows 8192/,
    );
  });

  it('is named at synthesis, with what to do: too many credentials for a template', () => {
    const many = (stack: TokenVendingStack) => {
      for (let n = 0; n < 250; n += 1)
        new Credential(stack, `api-${n}`, {
          vending: stack.vending,
          credential: `checkout/api-${n}`,
        });
    };
    expect(() => synthesisedOnce('', undefined, many)).toThrow(
      /the template has \d+ resources, and CloudFormation allows 500: .*credentials put/,
    );
  });

  it('is far away: the template of a REST API and a registry has less than 150 resources', () => {
    for (const more of ['', 'endpoint: rest'])
      expect(Object.keys(synthesisedOnce(more).Resources).length).toBeLessThan(150);
  });

  it('is not reached by 60 roles', () => {
    expect(synthesisedOnce('', withRoles(60)).Resources).toBeDefined();
  });
});

describe('a deployment of 200 teams with 1,000 credentials and 300 role patterns', () => {
  let policies: string;

  beforeAll(() => {
    policies = mkdtempSync(path.join(tmpdir(), 'token-vending-teams-'));
    for (let n = 0; n < 200; n += 1) {
      const team = `team-${n}`;
      const answers = {
        team,
        credential: 'api-0',
        ciRole: `arn:aws:iam::111122223333:role/${team}-ci`,
        issuer: 'https://auth.example.com',
        alarmEmail: 'alarms@example.com',
      };
      const policy = describeFirstTeam(answers, true)[`policies/${team}.cedar`] ?? '';
      writeFileSync(path.join(policies, `${team}.cedar`), policy);
    }
  });
  afterAll(() => rmSync(policies, { recursive: true }));

  it('is refused with what to do, because the policy of an endpoint cannot name so many', () => {
    expect(() => synthesisedOnce(`policies: ${policies}`, withRoles(300))).toThrow(
      /has about \d+ bytes, and AWS allows 20480: name fewer roles in allowedPrincipals\. .* accounts for all roles of an account, and organization/,
    );
  });

  // The remedies of that text.
  it.each([
    ['one pattern for all', '  roles: ["arn:aws:iam::111122223333:role/team-*"]\n'],
    ['their account', "  accounts: ['111122223333']\n"],
    ['the organization', '  organization: o-exampleorg1\n'],
  ])('has few resources and small policies with %s', (_, allowed) => {
    const template = synthesisedOnce(`policies: ${policies}`, (text) =>
      text.replace(/ {2}roles:\n( {4}- .*\n)+/, allowed),
    );
    expect(Object.keys(template.Resources).length).toBeLessThan(150);
    const sizes = sizesOfPolicies(template);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(20_480);
  });
});

/** Bytes of each policy of a resource after deployment. */
function sizesOfPolicies(template: Template): number[] {
  return Object.values(resolveTemplate(template).Resources).flatMap(({ Properties = {} }) =>
    ['PolicyDocument', 'KeyPolicy', 'ResourcePolicy', 'Policy']
      .filter((name) => name in Properties)
      .map((name) => JSON.stringify(Properties[name]).length),
  );
}
