import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPolicySet } from '../../lib/access/cedar/inspect-policies.ts';
import { digestPolicySet, readSources } from '../../lib/access/cedar/policy-files.ts';
import { findSealedPolicySet, SEAL, sealPolicies } from '../../runtime/sealed-policies.ts';
import { cedar, schemaFile } from '../support/policies.ts';

const TWO = `// é ü 漢
@id("open") permit (principal, action, resource);
@id("shut") @advice("Ask.") forbid (principal, action, resource) when { context.minTtl > 60 };
`;

interface Seal {
  readonly policies: object[];
}

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

  /** What somebody who may write beside the function makes of a seal. */
  const edit = async (change: (seal: Seal) => void) => {
    const seal: Seal = JSON.parse(await readFile(path.join(directory, SEAL), 'utf8'));
    change(seal);
    await writeFile(path.join(directory, SEAL), JSON.stringify(seal));
  };

  it.each<[what: string, change: (seal: Seal) => void]>([
    ['a forbid is taken out', ({ policies }) => policies.splice(1, 1)],
    [
      'a forbid becomes a permit',
      ({ policies }) => Object.assign(policies[1] ?? {}, { effect: 'permit' }),
    ],
    ['a forbid is cut', ({ policies }) => Object.assign(policies[1] ?? {}, { end: 1 })],
    ['a policy is of no file', ({ policies }) => Object.assign(policies[1] ?? {}, { file: 'x' })],
    [
      'a condition of a permit is taken out',
      ({ policies }) => Object.assign(policies[0] ?? {}, { json: {} }),
    ],
    ['the version is another', (seal) => Object.assign(seal, { version: 'a'.repeat(64) })],
  ])('are not used where %s of the seal, so the files decide', async (_, change) => {
    await edit(change);
    expect(findSealedPolicySet(cedar, files())).toBeUndefined();
  });

  it('cannot lose a forbid and keep the version', async () => {
    const { version } = readPolicySet(cedar, files());
    const without = readPolicySet(cedar, files()).policies.filter(({ id }) => id !== 'shut');
    const schema = await readFile(schemaFile, 'utf8');
    const forged = digestPolicySet(schema, readSources(directory), without);
    await edit((seal) => {
      seal.policies.splice(1, 1);
      Object.assign(seal, { version: forged });
    });
    const found = findSealedPolicySet(cedar, files());
    expect(found?.policies).toHaveLength(3);
    expect(found?.version).not.toBe(version);
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
