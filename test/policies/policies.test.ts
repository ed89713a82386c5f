import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runDecisionTable } from '../../cli/policy/decision-table.ts';
import { lintPolicies } from '../../cli/policy/lint.ts';
import { credentials } from '../../local/seeded-credentials.ts';
import { inspectDirectory, openDirectory } from '../support/policies.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe.each([
  ['policies', credentials.map(({ name }) => name), 60],
  ['examples/policies/one-account', ['web/catalog-api', 'data/lake-api'], 5],
  ['examples/policies/three-partitions', ['records/archive-api', 'shops/till-api'], 5],
])('the policies in %s', (folder, known, atLeast) => {
  const directory = path.join(root, folder);

  it('parse, validate, hold no trap, and reach every credential there is', () => {
    const { set, findings } = inspectDirectory(directory);
    expect(findings).toEqual([]);
    expect(lintPolicies(set.policies, known)).toEqual([]);
  });

  it('decide every case of their decision tables as written there', async () => {
    const policy = openDirectory(directory);
    const tables = (await readdir(directory)).filter((name) => name.endsWith('.decisions.yaml'));
    const results = await Promise.all(
      tables.map(async (name) =>
        runDecisionTable(policy, name, await readFile(path.join(directory, name), 'utf8')),
      ),
    );
    const cases = results.flat();
    expect(cases.filter(({ passed }) => !passed)).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(atLeast);
  });
});
