import { describe, expect, it } from '@jest/globals';
import { Credential } from '../../../infra/credential.ts';
import type { TokenVendingStack } from '../../../infra/token-vending-stack.ts';
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
