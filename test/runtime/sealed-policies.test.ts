import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPolicySet } from '../../lib/access/cedar/inspect-policies.ts';
import { findSealedPolicySet, SEAL, sealPolicies } from '../../runtime/sealed-policies.ts';
import { cedar, schemaFile } from '../support/policies.ts';

const TWO = `// é ü 漢
@id("open") permit (principal, action, resource);
@id("shut") @advice("Ask.") forbid (principal, action, resource) when { context.minTtl > 60 };
`;

describe('sealed policies', () => {
  let directory: string;
  const files = () => ({
    schemaFile: path.join(directory, 'token-vending.cedarschema'),
    directory,
  });
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'token-vending-sealed-'));
    await copyFile(schemaFile, files().schemaFile);
    await writeFile(path.join(directory, 'a.cedar'), TWO);
    await writeFile(path.join(directory, 'b.cedar'), TWO.replaceAll('@id("', '@id("b-'));
    sealPolicies(cedar, files());
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('are what reading and validating them gives, to the letter', () => {
    const { policies, ...rest } = readPolicySet(cedar, files());
    const sealed = findSealedPolicySet(cedar, files());
    expect(sealed?.policies).toEqual(policies);
    expect(sealed).toMatchObject(rest);
    expect(policies.map(({ id }) => id)).toEqual(['open', 'shut', 'b-open', 'b-shut']);
  });

  it('hold no text of a policy: what decides stands in the files', async () => {
    const seal = await readFile(path.join(directory, SEAL), 'utf8');
    expect(seal).not.toContain('permit (');
  });

  it.each([
    ['a policy is edited', 'a.cedar', TWO.replace('60', '61')],
    ['a policy is added', 'c.cedar', '@id("c") permit (principal, action, resource);'],
    ['the schema is another', 'token-vending.cedarschema', '// other\n'],
    ['the seal is broken', SEAL, '{"engine":'],
  ])('are not used where %s', async (_, name, text) => {
    await writeFile(path.join(directory, name), text);
    expect(findSealedPolicySet(cedar, files())).toBeUndefined();
  });

  it('are not used with another engine than the one that validated them', () => {
    const other = { ...cedar, getCedarVersion: () => '0.0.0' };
    expect(findSealedPolicySet(other, files())).toBeUndefined();
  });

  it('are not used where nobody sealed them', async () => {
    await rm(path.join(directory, SEAL));
    expect(findSealedPolicySet(cedar, files())).toBeUndefined();
  });

  it('are not made of what does not validate', async () => {
    const wrong = path.join(directory, 'wrong');
    await mkdir(wrong);
    await writeFile(path.join(wrong, 'a.cedar'), TWO.replace('minTtl', 'planet'));
    expect(() => sealPolicies(cedar, { schemaFile, directory: wrong })).toThrow(/planet/);
    await expect(readFile(path.join(wrong, SEAL))).rejects.toThrow('ENOENT');
  });
});
