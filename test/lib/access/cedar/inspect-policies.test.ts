import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cedar } from '../../../../lib/access/cedar/engine.ts';
import { inspectPolicies } from '../../../../lib/access/cedar/inspect-policies.ts';
import { formatFinding } from '../../../../lib/access/cedar/policy-finding.ts';
import { cedar, inspectDirectory, openDirectory, schemaFile } from '../../../support/policies.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-policies-'));
});
afterAll(() => rm(directory, { recursive: true }));

let count = 0;
async function folderWith(files: Record<string, string>): Promise<string> {
  count += 1;
  const folder = path.join(directory, String(count));
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

const GOOD = '@id("good") permit (principal, action, resource);\n';

describe('a policy file', () => {
  it.each([
    [
      'that does not parse',
      `${GOOD}@id("a")\npermit (principal`,
      /^a\.cedar:3:18: unexpected end of input; expected/,
    ],
    [
      'with an unknown entity type',
      '@id("a") permit (principal is Robot, action, resource);',
      /^a\.cedar:1:\d+: .*Robot.*did you mean `Role`/,
    ],
    [
      'with an unknown action',
      '@id("a")\npermit (principal, action == Action::"fly", resource);',
      /^a\.cedar:2:30: .*Action::"fly"/,
    ],
    [
      'with an unknown context key',
      '@id("a") permit (principal, action, resource)\nwhen { context.planet == "mars" };',
      /^a\.cedar:2:8: .*planet/,
    ],
    [
      'after other letters than ASCII',
      '// é ü 漢\n@id("a") permit (principal, action, resource) when { context.planet == "mars" };',
      /^a\.cedar:2:54: .*planet/,
    ],
    [
      'that reads an optional attribute without asking',
      '@id("a") permit (principal, action, resource) when { context.sourceIp.isLoopback() };',
      /^a\.cedar:1:54: .*sourceIp.*context has sourceIp/,
    ],
    [
      'with types that do not fit',
      '@id("a") permit (principal, action, resource) when { context.minTtl == "60" };',
      /^a\.cedar:1:\d+: /,
    ],
    [
      'without @id',
      'permit (principal, action, resource);',
      /^a\.cedar:1:1: @id\("\.\.\."\) is missing/,
    ],
    [
      'with an @id of other characters',
      '@id("a b") permit (principal, action, resource);',
      /^a\.cedar:1:1: @id\("\.\.\."\) must name/,
    ],
    [
      'with an unknown annotation',
      '@id("a") @owner("me") permit (principal, action, resource);',
      /^a\.cedar:1:1: @owner is not a supported annotation/,
    ],
    [
      'with a template',
      '@id("a") permit (principal == ?principal, action, resource);',
      /^a\.cedar:1:1: templates .* are not supported/,
    ],
    [
      'whose @id stands elsewhere',
      `${GOOD}\n@id("good") forbid (principal, action, resource);`,
      /^a\.cedar:3:1: @id\("good"\) is also in a\.cedar:1/,
    ],
  ])('%s is rejected with file, line, column and rule', async (_, text, expected) => {
    const folder = await folderWith({ 'a.cedar': text });
    const { findings } = inspectDirectory(folder);
    expect(formatFinding(findings[0] ?? { file: 'none', line: 0, column: 0, message: '' })).toMatch(
      expected,
    );
    expect(() => openDirectory(folder)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining(
          `The access policies are invalid: ${formatFinding(findings[0] as never)}`,
        ),
      }),
    );
  });

  it('that Cedar splits but cannot parse is rejected with the errors of Cedar for each policy', async () => {
    const folder = await folderWith({ 'a.cedar': GOOD });
    const unable: Cedar = {
      ...cedar,
      policyToJson: () => ({
        type: 'failure',
        errors: [{ message: 'first' }, { message: 'second' }] as never,
      }),
    };
    const { set, findings } = inspectPolicies(unable, { schemaFile, directory: folder });
    expect(set.policies).toEqual([]);
    expect(findings.map(formatFinding)).toEqual(['a.cedar:1:1: first; second']);
  });

  it('is rejected if the schema does not parse', async () => {
    const folder = await folderWith({ 'a.cedar': GOOD, 'below.txt': 'entity' });
    const files = { schemaFile: path.join(folder, 'below.txt'), directory: folder };
    const { findings } = inspectPolicies(cedar, files);
    expect(findings.map(formatFinding)).toEqual([expect.stringMatching(/^a\.cedar.*schema/)]);
  });

  it('is one of several, each with its own lines', async () => {
    const folder = await folderWith({
      'a.cedar': GOOD,
      'b.cedar': 'permit (principal, action, resource);',
      'c.md': 'not a policy',
    });
    const { set, findings } = inspectDirectory(folder);
    expect(set.policies.map(({ id, file, line, effect }) => [id, file, line, effect])).toEqual([
      ['good', 'a.cedar', 1, 'permit'],
    ]);
    expect(findings.map(({ file }) => file)).toEqual(['b.cedar']);
  });
});

const WITH_PATH = 'Role::"arn:aws:iam::111122223333:role/ci/deploy"';

describe('a value that can never match', () => {
  it('is an error in a forbid, at its place', async () => {
    const folder = await folderWith({
      'a.cedar': `${GOOD}@id("never")\nforbid (principal == ${WITH_PATH}, action, resource);`,
    });
    const { findings, warnings } = inspectDirectory(folder);
    expect(findings.map(formatFinding)).toEqual([
      expect.stringMatching(
        /^a\.cedar:3:29: Role::".*" never matches: .* Write arn:.*:role\/deploy$/,
      ),
    ]);
    expect(warnings).toEqual([]);
    expect(() => openDirectory(folder)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining('never matches'),
      }),
    );
  });

  it('is a warning in a permit, which stays in force', async () => {
    const folder = await folderWith({
      'a.cedar': `@id("never") permit (principal == ${WITH_PATH}, action, resource);`,
    });
    const { set, findings, warnings } = inspectDirectory(folder);
    expect(findings).toEqual([]);
    expect(warnings.map(formatFinding)).toEqual([
      expect.stringMatching(/^a\.cedar:1:42: Role::".*" never matches: /),
    ]);
    expect(set.policies).toHaveLength(1);
    expect(openDirectory(folder).version).toBe(set.version);
  });

  it('is at the start of its policy if the file writes it with escapes', async () => {
    const folder = await folderWith({
      'a.cedar': `@id("never") permit (principal in Account::"1111\\u{32}", action, resource);`,
    });
    expect(inspectDirectory(folder).warnings.map(formatFinding)).toEqual([
      'a.cedar:1:1: Account::"11112" never matches: an account has 12 digits',
    ]);
  });
});

describe('a directory', () => {
  it('without any policy is rejected', async () => {
    const folder = await folderWith({ 'README.md': 'no policy' });
    expect(() => openDirectory(folder)).toThrow(/there is no policy in any \*\.cedar file/);
  });

  it('that does not exist is rejected', () => {
    expect(() => openDirectory(path.join(directory, 'none'))).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining('cannot be read'),
      }),
    );
  });

  it('may contain a copy of the schema for editors, but no other schema', async () => {
    const schema = await readFile(schemaFile, 'utf8');
    const same = await folderWith({ 'a.cedar': GOOD, 'token-vending.cedarschema': schema });
    expect(inspectDirectory(same).findings).toEqual([]);
    const other = await folderWith({
      'a.cedar': GOOD,
      'token-vending.cedarschema': `${schema}\nentity Robot;`,
    });
    expect(() => openDirectory(other)).toThrow(/token-vending\.cedarschema: the schema differs/);
  });
});
