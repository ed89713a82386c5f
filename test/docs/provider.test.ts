import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { providerPages } from '../../tools/provider/docs.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const GENERATED = ['resources', 'data-sources', 'ephemeral-resources', 'functions'];

describe('the pages of the provider', () => {
  it('are those that its schema and examples make: npm run provider:docs writes them', async () => {
    const pages = await providerPages();
    for (const [file, text] of pages) {
      expect([file, await readFile(path.join(docs, file), 'utf8')]).toEqual([file, text]);
    }
    const present = await Promise.all(
      GENERATED.map(async (folder) =>
        (await readdir(path.join(docs, folder))).map((name) => `${folder}/${name}`),
      ),
    );
    expect(present.flat().filter((file) => !pages.has(file))).toEqual([]);
    expect(pages.size).toBe(9);
  });

  it('have an example each, and say what every attribute is for', async () => {
    for (const [file, text] of await providerPages()) {
      if (!file.startsWith('guides/'))
        expect([file, text]).toEqual([file, expect.stringContaining('## Example Usage')]);
      for (const [line] of text.matchAll(/^- `\w+` \(.*$/gm)) expect(line).toMatch(/\) \S.*\.$/);
    }
  });

  it('show workflows that are YAML', async () => {
    const guides = path.join(docs, 'guides');
    const found: unknown[] = [];
    for (const name of await readdir(guides)) {
      const text = await readFile(path.join(guides, name), 'utf8');
      for (const [, yaml] of text.matchAll(/^```yaml\n(.*?)^```$/gms))
        found.push(parse(yaml ?? ''));
    }
    expect(found).toEqual([
      expect.objectContaining({
        jobs: expect.anything(),
        permissions: expect.objectContaining({ 'id-token': 'write' }),
      }),
      expect.objectContaining({ apply: expect.anything() }),
    ]);
  });
});
