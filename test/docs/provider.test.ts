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

async function guidesIn(folder: string): Promise<string[]> {
  const home = path.join(docs, folder);
  return await Promise.all(
    (await readdir(home)).map((name) => readFile(path.join(home, name), 'utf8')),
  );
}

async function workflowsIn(folder: string): Promise<unknown[]> {
  const texts = await guidesIn(folder);
  return texts.flatMap((text) =>
    [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => parse(yaml ?? '')),
  );
}

const workflow = expect.objectContaining({
  jobs: expect.anything(),
  permissions: expect.objectContaining({ 'id-token': 'write' }),
});

describe('guides', () => {
  it('show workflows that are YAML', async () => {
    expect(await workflowsIn('guides')).toEqual([
      workflow,
      expect.objectContaining({ apply: expect.anything() }),
    ]);
    expect(await workflowsIn('hiiretail/guides')).toEqual([workflow]);
  });

  it('of provider hiiretail name variables that it reads, and in workflows no secret', async () => {
    const page = await readFile(path.join(docs, 'hiiretail/index.md'), 'utf8');
    const variable = /\b(?:HIIRETAIL|TOKEN_VENDING)_[A-Z_]+\b/g;
    const known = new Set(page.match(variable));
    const named = (await guidesIn('hiiretail/guides')).join('\n').match(variable) ?? [];
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const [only] = await workflowsIn('hiiretail/guides');
    expect(JSON.stringify(only)).not.toMatch(/secret/i);
  });
});
