import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { findBreaches, readBudgets } from '../../bench/budgets.ts';
import { benchBundle } from '../../bench/bundle.ts';
import { functionBuildOptions } from '../../tools/bundle-function.ts';

const file = new URL('../../bench/budgets.json', import.meta.url);

describe('the bundle of the function', () => {
  it('is within its budgets, also of what only some credentials load', async () => {
    const all = Object.entries(readBudgets(file));
    const budgets = Object.fromEntries(all.filter(([name]) => name.startsWith('bundle/')));
    expect(Object.keys(budgets)).toEqual(
      expect.arrayContaining(['bundle/at-start', 'bundle/kms', 'bundle/sts']),
    );
    expect(findBreaches([await benchBundle({ quick: true })], budgets)).toEqual([]);
  });

  it('has the clients of KMS and STS in chunks that are not loaded at start', async () => {
    const { metafile } = await build({ ...functionBuildOptions('/tmp/unwritten'), write: false });
    const chunksWith = (library: string) =>
      Object.entries(metafile.outputs)
        .filter(([, { inputs }]) => Object.keys(inputs).some((file) => file.includes(library)))
        .map(([file]) => file.replace(/.*chunks\/(.*)-\w+\.mjs(\.map)?$/, '$1'));
    expect(new Set(chunksWith('/client-kms/'))).toEqual(new Set(['kms-signer']));
    expect(new Set(chunksWith('/client-sts/'))).toEqual(new Set(['web-identity']));
  });
});
