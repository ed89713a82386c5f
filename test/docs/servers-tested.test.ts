import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { shipped } from '../../recipes/shipped.ts';
import { servers } from '../interop/servers.ts';
import { isOffered } from '../interop/situation.ts';
import { table } from '../interop/table.ts';

const page = readFileSync('docs/servers-tested.md', 'utf8');

/** The rows of a section: situation and result. */
function rowsOf(title: string): ReadonlyMap<string, string> {
  const [section = ''] = page.split(`## ${title}\n`).slice(1);
  const [rows = ''] = section.split('\n## ');
  return new Map(
    [...rows.matchAll(/^\| (.+) \| (.+) \|$/gm)].map(([, name = '', result = '']) => [
      name,
      result,
    ]),
  );
}

describe('docs/servers-tested.md', () => {
  it.each(servers)('has the result of each situation at $title', (server) => {
    const rows = rowsOf(`${server.title} ${server.version}`);
    for (const situation of table) {
      const result = rows.get(situation.name);
      expect([situation.name, result]).toEqual([situation.name, expect.any(String)]);
      expect([situation.name, result === 'not offered']).toEqual([
        situation.name,
        !isOffered(situation, server),
      ]);
    }
  });

  it('says where each recipe runs', () => {
    const rows = rowsOf('Recipes');
    for (const recipe of shipped.names) {
      const real = servers.filter(({ offers }) =>
        Object.values(offers.recipes ?? {}).includes(recipe),
      );
      const names = real.map(({ title, version }) => `${title} ${version}`).join(', ');
      expect(rows.get(`\`${recipe}\``)).toBe(names || 'a fake in the dialect of the server');
    }
  });

  it('has no result that was not expected', () => {
    expect(page).not.toContain(', expected: ');
  });
});
