import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';

const docs = new URL('../../docs/', import.meta.url);
const counts = { FR: 12, AS: 5, EC: 17, PF: 3, RD: 19, TD: 42 };

interface Shown {
  readonly id: string;
  readonly file: string;
  readonly title: string;
}

async function readTable(): Promise<{ ids: string[]; shown: Shown[] }> {
  const text = await readFile(new URL('requirements.md', docs), 'utf8');
  const rows = [...text.matchAll(/^\| ([A-Z]{2}-\d+) \| [^|]+ \| (.*) \|$/gm)];
  const shown = rows.flatMap(([, id = '', cell = '']) =>
    cell.split('<br>').map((part) => {
      const [, file = '', title = ''] = /^\[[\w-]+\]\((\S+)\): (.+)$/.exec(part) ?? [];
      return { id, file, title };
    }),
  );
  return { ids: rows.map(([, id = '']) => id), shown };
}

/** Titles of tests as they stand in a file, also those of tables. */
async function titlesIn(file: string): Promise<string[]> {
  const text = await readFile(new URL(file, docs), 'utf8');
  const found = text.matchAll(/\bit(?:\.each\([\s\S]*?\))?\(\s*'([^']+)'/g);
  return [...found].map(([, title = '']) => title);
}

describe('docs/requirements.md', () => {
  it('has a line for every requirement, scenario, figure and defect, and for nothing twice', async () => {
    const expected = Object.entries(counts).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, at) =>
        kind === 'FR' ? `FR-${String(at + 1).padStart(3, '0')}` : `${kind}-${at + 1}`,
      ),
    );
    expect((await readTable()).ids).toEqual(expected);
  });

  it('names tests that exist', async () => {
    const { shown } = await readTable();
    for (const { id, file, title } of shown) {
      expect([id, title, (await titlesIn(file)).includes(title)]).toEqual([id, title, true]);
    }
  });

  it('names no test that is skipped', async () => {
    const files = new Set((await readTable()).shown.map(({ file }) => file));
    for (const file of files) {
      const text = await readFile(new URL(file, docs), 'utf8');
      expect([file, /\b(it|describe)\.(skip|todo|only)|\bx(it|describe)\(/.test(text)]).toEqual([
        file,
        false,
      ]);
    }
  });
});
