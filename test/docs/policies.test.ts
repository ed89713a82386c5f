import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runDecisionTable } from '../../cli/policy/decision-table.ts';
import { lintPolicies, lintRules } from '../../cli/policy/lint.ts';
import { inspectDirectory, openDirectory } from '../support/policies.ts';

const page = await readFile(
  fileURLToPath(new URL('../../docs/policies.md', import.meta.url)),
  'utf8',
);
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-docs-'));
  await writeFile(path.join(directory, 'page.cedar'), blocks('cedar').join('\n'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the snippets of docs/policies.md', () => {
  it('are policies that parse, validate and hold no trap', () => {
    const { set, findings } = inspectDirectory(directory);
    expect(findings).toEqual([]);
    expect(set.policies).toHaveLength(blocks('cedar').length);
    const traps = lintPolicies(set.policies, []);
    expect(traps).toEqual([]);
  });

  it('decide as its decision table says', () => {
    const [table = ''] = blocks('yaml');
    const results = runDecisionTable(openDirectory(directory), 'policies.md', table);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results).toHaveLength(5);
  });

  it('come with every rule of the lint', () => {
    const documented = [...page.matchAll(/^\| `([a-z-]+)`/gm)].map(([, rule]) => rule);
    expect(documented.sort()).toEqual(Object.keys(lintRules).sort());
  });
});
