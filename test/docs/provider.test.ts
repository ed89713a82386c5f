import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { documented, GENERATED_FOLDERS, providerPages } from '../../tools/provider/docs.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

const counts = { tokenvending: 9, hiiretail: 11 };

describe.each(documented.map((each) => [each.provider.name, each] as const))(
  'the pages of provider %s',
  (name, each) => {
    const home = path.join(docs, each.folder);

    it('are those that its schema and examples make: npm run provider:docs writes them', async () => {
      const pages = await providerPages(each);
      for (const [file, text] of pages) {
        expect([file, await readFile(path.join(home, file), 'utf8')]).toEqual([file, text]);
      }
      const present = await Promise.all(
        GENERATED_FOLDERS.map(async (folder) =>
          (await readdir(path.join(home, folder)).catch(() => [])).map(
            (found) => `${folder}/${found}`,
          ),
        ),
      );
      expect(present.flat().filter((file) => !pages.has(file))).toEqual([]);
      expect(pages.size).toBe(counts[name as keyof typeof counts]);
    });

    it('have an example each, and say what every attribute is for', async () => {
      for (const [file, text] of await providerPages(each)) {
        if (!file.startsWith('guides/'))
          expect([file, text]).toEqual([file, expect.stringContaining('## Example Usage')]);
        for (const [line] of text.matchAll(/^- `\w+` \(.*$/gm)) expect(line).toMatch(/\) \S.*\.$/);
      }
    });
  },
);

describe('guides', () => {
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
