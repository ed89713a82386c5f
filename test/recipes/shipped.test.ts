import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseRecipe } from '../../lib/rotation/recipe-schema.ts';
import { shipped } from '../../recipes/shipped.ts';

const directory = fileURLToPath(new URL('../../recipes/', import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(`${directory}${file}`, 'utf8'));
const files = readdirSync(directory).filter((file) => /^\w+\.json$/.test(file));

describe('the shipped recipes', () => {
  it('are the files of the folder', () => {
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(shipped.names);
    for (const name of shipped.names)
      expect(shipped.get(name)).toEqual(parseRecipe(name, read(`${name}.json`)));
  });

  it('are valid by the JSON schema', () => {
    const accepts = new Ajv2020({ strict: true }).compile(read('recipe.schema.json'));
    expect(files.filter((file) => !accepts(read(file)))).toEqual([]);
  });
});
