import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Beside docs/, so that relative imports in snippets mean the same as in a file there.
const folder = path.join(root, `.snippets-${process.pid}`);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function pages(): Promise<string[]> {
  const docs = (await readdir(path.join(root, 'docs'), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs];
}

describe('snippets', () => {
  it('in TypeScript compile', async () => {
    await mkdir(folder);
    let count = 0;
    for (const page of await pages()) {
      const text = await readFile(path.join(root, page), 'utf8');
      for (const [, code] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
        count += 1;
        await writeFile(
          path.join(folder, `${path.basename(page, '.md')}-${count}.ts`),
          `${code}\nexport {};\n`,
        );
      }
    }
    const config = {
      extends: '../tsconfig.json',
      include: ['*.ts'],
      exclude: [],
      compilerOptions: {
        types: ['node'],
        typeRoots: ['../node_modules/@types'],
        // What the name means where the package is installed, without a build.
        paths: { 'token-vending': ['../client/index.ts'] },
      },
    };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
      (error) => error,
    );
    expect(stdout).toBe('');
    expect(count).toBeGreaterThan(0);
  });

  it('in pages link to files that are there', async () => {
    for (const page of await pages()) {
      const text = await readFile(path.join(root, page), 'utf8');
      for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)) {
        const file = path.join(root, path.dirname(page), String(target));
        expect([
          page,
          target,
          await readFile(file).then(
            () => 'there',
            (error) => (error.code === 'EISDIR' ? 'there' : 'missing'),
          ),
        ]).toEqual([page, target, 'there']);
      }
    }
  });
});
