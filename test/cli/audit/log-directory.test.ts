import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { entriesOf, readEntry } from '../../../cli/audit/log-directory.ts';
import { readRecords } from '../../../cli/audit/record-source.ts';
import { verifyLog } from '../../../cli/audit/verify-log.ts';
import { makeLog } from '../../support/audit-world.ts';

const { signal } = new AbortController();
const SOURCE = { region: undefined, profile: undefined, pathStyle: true, signal };
let root: string;
let keys: string[];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'token-vending-log-'));
  const log = await makeLog(1);
  keys = [...log.keys()].sort();
  for (const [key, bytes] of log) {
    await mkdir(path.dirname(path.join(root, key)), { recursive: true });
    await writeFile(path.join(root, key), bytes);
  }
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const collect = async () => {
  const entries = [];
  for await (const entry of entriesOf(root)) entries.push(entry);
  return entries;
};
const beside = (name: string) => path.posix.join(path.posix.dirname(keys[0] as string), name);
const verified = async () => await verifyLog(readRecords(root, SOURCE));

describe('a log in a directory', () => {
  it('has the objects in the order of their keys, and no file that is still being written', async () => {
    await writeFile(path.join(root, beside('.being-written')), '');
    expect(await collect()).toEqual(keys.map((key) => ({ key })));
    expect(await verified()).toMatchObject({ breaks: [], unreadable: 0 });
  });

  it('names each link, pipe, directory and foreign file, opens none of them, and is read to its end', async () => {
    await symlink('/dev/zero', path.join(root, beside('000000000077.json')));
    await symlink('/', path.join(root, 'v1/aa'));
    await mkdir(path.join(root, beside('000000000078.json')));
    execFileSync('mkfifo', [path.join(root, beside('000000000079.json'))]);
    await writeFile(path.join(root, 'v1/bb'), '');
    const hostile = 'a\u001b[2J\r\n\u0007.json';
    await writeFile(path.join(root, beside(hostile)), '{}');
    await mkdir(path.join(root, 'deep', ...Array.from({ length: 50 }, () => 'd')), {
      recursive: true,
    });
    const named = (await collect()).filter(({ unreadable }) => unreadable !== undefined);
    expect(named.map(({ key, unreadable }) => `${key}: ${unreadable}`).sort()).toEqual(
      [
        `${beside('000000000077.json')}: it is no file`,
        `${beside('000000000078.json')}: it is no file`,
        `${beside('000000000079.json')}: it is no file`,
        `${beside(hostile)}: it has no place in a log`,
        'v1/aa: it is no directory',
        'v1/bb: it is no directory',
        'deep: it has no place in a log',
      ].sort(),
    );
    const { breaks, unreadable, kinds } = await verified();
    expect([breaks.length, unreadable]).toEqual([5, 7]);
    expect(Object.values(kinds).reduce((sum, number) => sum + number)).toBe(keys.length);
  });

  it('has objects that are read up to their limit, and no further', async () => {
    const [, second = ''] = keys;
    await truncate(path.join(root, second), 8 * 1024 ** 3);
    expect(((await readEntry(root, second)) as Uint8Array).length).toBe(1024 ** 2 + 1);
    expect(await verified()).toMatchObject({
      unreadable: 1,
      breaks: [{ kind: 'unreadable', key: second, message: 'it is larger than 1048576 bytes' }],
    });
  });

  it('has files that became a link or a pipe, or went, after they were listed', async () => {
    const [first = '', second = '', third = ''] = keys.map((key) => path.join(root, key));
    for (const file of [first, second, third]) await rm(file);
    await symlink('/dev/zero', first);
    execFileSync('mkfifo', [second]);
    const results = [];
    for (const key of keys.slice(0, 3)) results.push(await readEntry(root, key));
    expect(results).toEqual([
      'it cannot be read (ELOOP)',
      'it is no file',
      'it cannot be read (ENOENT)',
    ]);
  });

  it('goes on after a directory and a file that this user may not read', async () => {
    const [first = ''] = keys;
    await mkdir(path.join(root, 'v1/00/dt=2026-01-01'), { recursive: true });
    await chmod(path.join(root, 'v1/00'), 0);
    await chmod(path.join(root, first), 0);
    const { breaks, unreadable } = await verified();
    await chmod(path.join(root, 'v1/00'), 0o700);
    // Root reads everything.
    const expected = process.getuid?.() === 0 ? [0, []] : [2, ['v1/00', first]];
    expect([unreadable, breaks.map(({ key }) => key)]).toEqual(expected);
  });

  it('is refused if it cannot be read itself', async () => {
    const nowhere = entriesOf(path.join(root, 'nowhere'));
    await expect(nowhere.next()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('cannot be read (ENOENT): name the directory of the log.'),
    });
  });
});
