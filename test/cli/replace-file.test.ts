import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { replaceFile } from '../../cli/replace-file.ts';

describe('replacing a file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'token-vending-replace-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('leaves only the new file, with its mode', async () => {
    const file = path.join(directory, 'a');
    await writeFile(file, 'old', { mode: 0o644 });
    await replaceFile(file, 'new', 0o600);
    expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual(['new', 0o600]);
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('changes nothing if it fails, and names the file', async () => {
    const occupied = path.join(directory, 'occupied');
    await mkdir(path.join(occupied, 'by-something'), { recursive: true });
    await expect(replaceFile(occupied, 'new')).rejects.toMatchObject({ path: occupied });
    const missing = path.join(directory, 'missing/a');
    await expect(replaceFile(missing, 'new')).rejects.toMatchObject({
      path: missing,
      code: 'ENOENT',
    });
    expect(await readdir(directory, { recursive: true })).toEqual([
      'occupied',
      'occupied/by-something',
    ]);
  });
});
