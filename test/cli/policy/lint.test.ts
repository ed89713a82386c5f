import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lintPolicies } from '../../../cli/policy/lint.ts';
import { inspectDirectory } from '../../support/policies.ts';

async function lint(text: string, credentials: string[] = []): Promise<string[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'token-vending-lint-'));
  try {
    await writeFile(path.join(directory, 'a.cedar'), text);
    const { set, findings } = inspectDirectory(directory);
    expect(findings).toEqual([]);
    return lintPolicies(set.policies, credentials).map(({ file, rule }) => `${file} ${rule}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const role = 'principal == Role::"arn:aws:iam::111122223333:role/ci"';
const team = 'resource in Team::"checkout"';
const like = (pattern: string, attribute = 'arn') =>
  `@id("a") permit (principal is Role, action, ${team}) when { principal.${attribute} like "${pattern}" };`;

describe('the lint of policies', () => {
  it.each([
    [
      'a permit for everybody',
      `@id("a") permit (principal, action, ${team});`,
      ['permit-for-everybody'],
    ],
    [
      'a permit for every role',
      `@id("a") permit (principal is Role, action, ${team});`,
      ['permit-for-everybody'],
    ],
    [
      'a permit for every credential',
      `@id("a") permit (${role}, action, resource);`,
      ['permit-for-every-credential'],
    ],
    ['a wildcard for the account', like('arn:aws:iam::*:role/ci'), ['like-crosses-separators']],
    [
      'a wildcard that begins in the account',
      like('arn:aws:iam::1111*'),
      ['like-crosses-separators'],
    ],
    [
      'a wildcard in the middle of the name, with a path behind',
      like('arn:aws:iam::111122223333:role/a*/b'),
      ['like-crosses-separators'],
    ],
    [
      'a condition on the session name',
      `@id("a") permit (${role}, action, ${team}) when { context has sessionName && context.sessionName == "x" };`,
      ['session-name-is-no-proof'],
    ],
    [
      'a forbid that does not say what to do',
      `@id("a") forbid (${role}, action, ${team});`,
      ['no-advice'],
    ],
  ])('finds %s', async (_, text, rules) => {
    expect(await lint(text)).toEqual(rules.map((rule) => `a.cedar ${rule}`));
  });

  it.each([
    ['a permit with a principal', `@id("a") permit (${role}, action, ${team});`],
    [
      'a permit in an account',
      `@id("a") permit (principal is Role in Account::"111122223333", action, ${team});`,
    ],
    [
      'a principal in a condition',
      `@id("a") permit (principal, action, ${team}) when { principal in Account::"111122223333" };`,
    ],
    ['a wildcard at the end of a name', like('arn:aws:iam::111122223333:role/ci-*')],
    ['any wildcard in a name', like('*-ci-*', 'name')],
    ['a pattern without a wildcard', like('arn:aws:iam::111122223333:role/ci')],
    [
      'a permit to describe everything',
      `@id("a") permit (${role}, action == Action::"describeCredential", resource);`,
    ],
    [
      'a forbid for everybody, with advice',
      '@id("a") @advice("no") forbid (principal, action, resource);',
    ],
  ])('accepts %s', async (_, text) => {
    expect(await lint(text)).toEqual([]);
  });

  it('finds credentials without a permit, and policies of credentials that do not exist', async () => {
    const text = `@id("a") permit (${role}, action, ${team});
      @id("b") permit (${role}, action == Action::"vendToken", resource == Credential::"payments/ledgr-api");`;
    expect(await lint(text, ['checkout/orders-api', 'payments/ledger-api'])).toEqual([
      'a.cedar credential-not-there',
      'payments/ledger-api credential-out-of-reach',
    ]);
    expect(await lint(text)).toEqual([]);
  });
});
