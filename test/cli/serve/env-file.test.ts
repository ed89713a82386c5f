import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEnvFile } from '../../../cli/serve/env-file.ts';
import { clientVariables, makeOneTimeClient } from '../../../cli/serve/one-time-client.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-env-'));
  file = path.join(directory, 'oauth.env');
});
afterEach(() => rm(directory, { recursive: true }));

const client = makeOneTimeClient(['a/b']);
const variables = clientVariables('OAUTH_', 'http://127.0.0.1:8400', client);

describe('the file of a one-time client', () => {
  it('has a line for each variable, is readable by its owner only, and is removed when the run ends', async () => {
    const envFile = await openEnvFile(file);
    await envFile.write(variables);
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([
      expect.stringMatching(/^# /),
      'OAUTH_TOKEN_URL=http://127.0.0.1:8400/oauth2/token',
      'OAUTH_ISSUER=http://127.0.0.1:8400',
      'OAUTH_CLIENT_ID=a/b',
      `OAUTH_CLIENT_SECRET=${client.secret}`,
      '',
    ]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await envFile.remove();
    expect(await readdir(directory)).toEqual([]);
  });

  it('replaces the file of an earlier run, whatever its mode', async () => {
    await (await openEnvFile(file)).write(variables);
    const left = await readFile(file, 'utf8');
    await rm(file);
    await writeFile(file, left, { mode: 0o644 });
    const envFile = await openEnvFile(file);
    expect(await readdir(directory)).toEqual([]);
    await envFile.write({ ...variables, OAUTH_CLIENT_SECRET: 'new' });
    expect(await readFile(file, 'utf8')).toContain('OAUTH_CLIENT_SECRET=new\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('never replaces another file', async () => {
    await writeFile(file, 'PRECIOUS=1\n');
    await expect(openEnvFile(file)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/already exists: choose another file/),
    });
    expect(await readFile(file, 'utf8')).toBe('PRECIOUS=1\n');
    await expect(openEnvFile(directory)).rejects.toMatchObject({ exitCode: 2 });
  });

  it('is not written through a link, and no partial file stays', async () => {
    const elsewhere = path.join(directory, 'elsewhere');
    await symlink(elsewhere, file);
    await (await openEnvFile(file)).write(variables);
    expect(await readdir(directory)).toEqual(['oauth.env']);
    const nowhere = await openEnvFile(path.join(directory, 'none/oauth.env'));
    await expect(nowhere.write(variables)).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be written: ENOENT/),
    });
  });

  it('stays if another run has replaced it', async () => {
    const first = await openEnvFile(file);
    await first.write(variables);
    const second = await openEnvFile(file);
    await second.write({ ...variables, OAUTH_CLIENT_SECRET: 'new' });
    await first.remove();
    expect(await readdir(directory)).toEqual(['oauth.env']);
    await second.remove();
    expect(await readdir(directory)).toEqual([]);
  });

  it('names no client id if there are several', () => {
    const several = clientVariables('X_', 'http://127.0.0.1:1', makeOneTimeClient(['a/b', 'a/c']));
    expect(several['X_CLIENT_ID']).toBeUndefined();
    expect(Object.keys(several)).toEqual([
      'X_TOKEN_URL',
      'X_ISSUER',
      'X_CLIENT_ID',
      'X_CLIENT_SECRET',
    ]);
  });
});
