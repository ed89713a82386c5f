import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CedarPolicy,
  digestPolicySet,
  readSources,
} from '../../../../lib/access/cedar/policy-files.ts';

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
  const source = { file: 'a.cedar', text: 'permit' };
  const policy = { id: 'a', effect: 'permit', file: 'a.cedar', line: 1, text: 'permit', json: {} };
  const decides = policy as unknown as CedarPolicy;
  const version = digestPolicySet('schema', [source], [decides]);

  it.each([
    ['the schema', 'other', [source], [decides]],
    ['the text of a file', 'schema', [{ ...source, text: 'permit ' }], [decides]],
    ['the name of a file', 'schema', [{ ...source, file: 'b.cedar' }], [decides]],
    ['a further file', 'schema', [source, { file: 'b.cedar', text: '' }], [decides]],
    ['a policy that does not decide', 'schema', [source], []],
    [
      'a policy with another effect',
      'schema',
      [source],
      [{ ...decides, effect: 'forbid' as const }],
    ],
    ['a policy with another text', 'schema', [source], [{ ...decides, text: '' }]],
  ])('differs with %s', (_, schema, sources, policies) => {
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(digestPolicySet(schema, sources, policies)).not.toBe(version);
  });

  it('does not depend on copies of the schema beside the policies', () => {
    const copy = { file: 'x.cedarschema', text: 'schema' };
    expect(digestPolicySet('schema', [source, copy], [decides])).toBe(version);
  });
});
