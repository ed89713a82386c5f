import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestSources, readSources } from '../../../../lib/access/cedar/policy-files.ts';

describe('the sources of a directory', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'token-vending-sources-'));
    for (const name of ['b.cedar', 'a.cedar', 'x.cedarschema', 'README.md'])
      await writeFile(path.join(directory, name), `text of ${name}`);
    await mkdir(path.join(directory, 'below'));
    await writeFile(path.join(directory, 'below', 'c.cedar'), '');
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('are its policy and schema files by name, without those in subfolders', () => {
    expect(readSources(directory)).toEqual([
      { file: 'a.cedar', text: 'text of a.cedar' },
      { file: 'b.cedar', text: 'text of b.cedar' },
      { file: 'x.cedarschema', text: 'text of x.cedarschema' },
    ]);
  });

  it('cannot be read if there is no such directory', () => {
    expect(() => readSources(path.join(directory, 'none'))).toThrow('ENOENT');
  });
});

describe('the version of a policy set', () => {
  const policy = { file: 'a.cedar', text: 'permit' };
  const version = digestSources('schema', [policy]);

  it.each([
    ['the schema', 'other', [policy]],
    ['the text of a policy', 'schema', [{ ...policy, text: 'permit ' }]],
    ['the name of a file', 'schema', [{ ...policy, file: 'b.cedar' }]],
    ['a further policy', 'schema', [policy, { file: 'b.cedar', text: '' }]],
  ])('differs with %s', (_, schema, sources) => {
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(digestSources(schema, sources)).not.toBe(version);
  });

  it('does not depend on copies of the schema beside the policies', () => {
    const copy = { file: 'x.cedarschema', text: 'schema' };
    expect(digestSources('schema', [policy, copy])).toBe(version);
  });
});
