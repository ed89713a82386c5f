import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleProvider } from '../../../tools/bundle-provider.ts';

let folder: string;
let inputs: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tokenvending-'));
  ({ inputs } = await bundleProvider({ name: 'tokenvending', outdir: folder }));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the provider as one file', () => {
  it('has no client of Secrets Manager: only the registry writes secrets', () => {
    expect(inputs).toContain('client/registry-client.ts');
    expect(inputs.filter((file) => /secrets-?manager/.test(file))).toEqual([]);
  });
});
