import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { VERSION } from '../../lib/version.ts';

it('is the version in package.json', async () => {
  const manifest = new URL('../../package.json', import.meta.url);
  expect(VERSION).toBe(JSON.parse(await readFile(manifest, 'utf8')).version);
});
