import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { shipped } from '../../recipes/shipped.ts';

const page = readFileSync(new URL('../../docs/rotation.md', import.meta.url), 'utf8');

/** The cells of the table under a heading. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| (`.+) \|$/gm)].map(([, row = '']) => row.split(' | '));
}

describe('docs/rotation.md', () => {
  it('has each recipe, and no other', () => {
    const names = rowsUnder('Recipes').map(([name = '']) => name.replaceAll('`', ''));
    expect(names.sort()).toEqual(shipped.names);
  });

  it('says of each recipe whether the old secret ends at once, and its required parameters', () => {
    for (const [name = '', , old = '', , parameters = ''] of rowsUnder('Recipes')) {
      const recipe = shipped.get(name.replaceAll('`', ''));
      expect([name, old.startsWith('removed')]).toEqual([name, recipe.overlap]);
      for (const [parameter, { default: standard }] of Object.entries(recipe.parameters))
        if (standard === undefined) expect(parameters).toContain(`\`${parameter}\``);
    }
  });
});
