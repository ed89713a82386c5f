import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { findCanaries } from '../../support/canary-search.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { openRegistryEndpoint, type RegistryEndpoint } from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';
import { type Ran, runCommand } from '../../support/run-command.ts';

const NAME = 'checkout/orders-api';
const NEW_SECRET = 'canary-of-a-new-secret-0002';
const isTerminal = process.stdin.isTTY;
let registry: RegistryEndpoint;
let folder: string;
const written: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'credentials-edit-'));
});
beforeEach(async () => {
  registry = await openRegistryEndpoint();
  await registry.world.register();
  process.stdin.isTTY = false;
});
afterEach(async () => {
  process.stdin.isTTY = isTerminal;
  await registry.close();
  expect(findCanaries(written.join('\n'), [SECRET_CANARY, NEW_SECRET])).toEqual([]);
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

async function edit(...flags: string[]): Promise<Ran> {
  const ran = await registry.run('credentials', 'edit', NAME, ...flags);
  written.push(ran.stdout, ran.stderr);
  return ran;
}

describe('credentials edit', () => {
  it('sets and removes members, and leaves the others as they are', async () => {
    const { stdout, stderr, code } = await edit(
      ...['--set', 'scope=orders:read', '--set', 'token_parameters.tag=a b', '--unset', 'resource'],
    );
    expect([code, stdout]).toEqual([undefined, expect.stringMatching(/ changed: version \S+\n$/)]);
    expect(stderr).toContain('obtained a token with it first');
    const { resource: _, ...rest } = DOCUMENT;
    const set = { scope: 'orders:read', token_parameters: { tag: 'a b' } };
    expect(registry.world.stored()).toEqual({ ...rest, ...set });
  });

  it('replaces the client secret by that of a file', async () => {
    const file = await fileOf('secret.txt', `${NEW_SECRET}\n`);
    const { stdout } = await edit('--set-file', `client_secret=${file}`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'changed', test: 'passed' });
    expect(registry.world.stored()).toEqual({ ...DOCUMENT, client_secret: NEW_SECRET });
  });

  it('sends a merge patch of a file, to which the other flags add', async () => {
    const patch = { token_parameters: { a: '1', b: '2' }, default_scope: null };
    await edit('--patch', await fileOf('patch.json', JSON.stringify(patch)));
    await edit('--unset', 'token_parameters.a', '--set', 'token_parameters.c=3');
    const { default_scope: _, ...rest } = DOCUMENT;
    expect(registry.world.stored()).toEqual({ ...rest, token_parameters: { b: '2', c: '3' } });
  });

  it('sets up a rotation', async () => {
    const set = ['recipe=hydra', 'every=30d', 'parameters.admin_url=https://admin.example.com'];
    registry.script = ({ method, body }) => {
      if (method !== 'PATCH') return undefined;
      const parameters = { admin_url: 'https://admin.example.com' };
      expect(JSON.parse(body)).toEqual({ rotation: { recipe: 'hydra', every: '30d', parameters } });
      return { status: 200, json: { credential: NAME, version_id: 'v2' } };
    };
    const words = set.flatMap((one) => ['--set', `rotation.${one}`]);
    expect(await edit(...words)).toMatchObject({ code: undefined });
  });

  it('does not claim a test of a switch', async () => {
    const { stderr } = await edit('--set', 'epoch=4');
    expect(stderr).toContain('only status and epoch differ');
  });

  it('says if nothing differs', async () => {
    const { stdout, stderr } = await edit('--set', `client_id=${DOCUMENT.client_id}`);
    expect([stdout, stderr]).toEqual([expect.stringContaining(' unchanged: version '), '']);
  });

  it('loses no change of somebody else, and says who is right', async () => {
    registry.script = async ({ method }) => {
      if (method !== 'PATCH') return undefined;
      registry.script = () => undefined;
      const sent = { body: { client_id: 'theirs' }, headers: { 'if-match': '*' } };
      const { client_secret } = DOCUMENT;
      await registry.world.start('PATCH', PATH, {
        ...sent,
        body: { ...sent.body, client_secret },
      });
      return undefined;
    };
    const { code, stderr } = await edit('--set', 'client_id=mine');
    expect(code).toBe(9);
    expect(stderr).toMatch(/The registry is right: checkout\/orders-api stays as it is there/);
    expect(registry.world.stored()).toMatchObject({ client_id: 'theirs' });
  });

  it('reads nothing if the version is named', async () => {
    registry.world.policy.allowed = new Set([`registerCredential ${NAME}`]);
    const denied = await edit('--set', 'scope=orders:read');
    expect(denied).toMatchObject({ code: 3, stderr: expect.stringContaining('--if-version ID') });
    registry.requests.splice(0);
    const stale = await edit('--set', 'scope=orders:read', '--if-version', 'v0');
    expect([stale.code, registry.requests]).toEqual([9, [`PATCH ${PATH}`]]);
  });

  it.each([
    [['--set', 'scop=a'], 'There is no member scop'],
    [['--set', 'client_secret=a'], 'client_secret is a secret'],
    [['--unset', 'scop'], 'There is no member scop'],
    [['--unset', 'scope.a'], 'There is no member scope'],
    [[], 'names no change'],
    [['--if-version', 'v1'], 'names no change'],
    [['--patch', 'missing.json'], 'missing.json cannot be read'],
  ])('sends nothing for %j', async (flags, text) => {
    expect(await edit(...flags)).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
    expect(registry.requests).toEqual([]);
  });

  it.each(['[]', 'no JSON'])('sends no patch that is none: %j', async (text) => {
    expect(await edit('--patch', await fileOf('patch.json', text))).toMatchObject({ code: 2 });
    expect(registry.requests).toEqual([]);
  });

  it('sends an empty patch, for which the registry renews what it keeps beside the document', async () => {
    const { stdout } = await edit('--patch', await fileOf('patch.json', '{}'));
    expect(stdout).toMatch(/^checkout\/orders-api unchanged: version /);
    expect(registry.requests.at(-1)).toMatch(/^PATCH /);
    expect(registry.world.stored()).toEqual(DOCUMENT);
  });

  it('shows what the test of the changed document found', async () => {
    registry.world.server.token = new VendError('credential_refused');
    const { stdout } = await edit('--set', 'scope=orders:read');
    expect(stdout).toMatch(/^checkout\/orders-api is not stored\n[\s\S]* failed {4}request \(/);
  });
});

describe('credentials edit in an editor', () => {
  /** An editor that runs this code with `file` and `text`. */
  async function withEditor(code: string, signal = new AbortController().signal): Promise<Ran> {
    process.stdin.isTTY = true;
    const script = await fileOf(
      'editor.cjs',
      `const fs = require('fs'); const file = process.argv.at(-1);
       const text = fs.readFileSync(file, 'utf8'); const document = JSON.parse(text);
       fs.writeFileSync(${JSON.stringify(path.join(folder, 'seen.json'))}, JSON.stringify({
         document, mode: fs.statSync(file).mode & 0o777, file }));
       ${code}`,
    );
    await chmod(script, 0o700);
    const environment = {
      ...registry.environment,
      PATH: process.env['PATH'] ?? '',
      VISUAL: `${process.execPath} ${script}`,
    };
    const ran = await runCommand(['credentials', 'edit', NAME], environment, signal);
    written.push(ran.stdout, ran.stderr);
    return ran;
  }
  const seen = async () => JSON.parse(await readFile(path.join(folder, 'seen.json'), 'utf8'));
  const save = (json: string) => `fs.writeFileSync(file, JSON.stringify(${json}));`;

  it('shows the public members in a private file, and sends what changed', async () => {
    const { stdout, code } = await withEditor(
      save(`{ ...document, scope: 'orders:read', resource: undefined }`),
    );
    expect([code, stdout]).toEqual([undefined, expect.stringContaining(' changed: version ')]);
    const { client_secret, resource: _, ...rest } = DOCUMENT;
    const { document, mode, file } = await seen();
    expect([document, mode]).toEqual([{ ...rest, resource: DOCUMENT.resource }, 0o600]);
    expect(registry.world.stored()).toEqual({ ...rest, client_secret, scope: 'orders:read' });
    await expect(readdir(path.dirname(file))).rejects.toThrow('ENOENT');
  });

  it.each(['', `fs.writeFileSync(file, '\\n');`, save('document')])(
    'sends nothing if nothing changed: %j',
    async (code) => {
      const { stdout } = await withEditor(code);
      expect(stdout).toContain(' unchanged: version ');
      expect(registry.requests).toEqual([`GET ${PATH}`]);
      await expect(readdir(path.dirname((await seen()).file))).rejects.toThrow('ENOENT');
    },
  );

  it('takes a new secret, too', async () => {
    await withEditor(save(`{ ...document, client_secret: '${NEW_SECRET}' }`));
    expect(registry.world.stored()).toMatchObject({ client_secret: NEW_SECRET });
  });

  it('keeps the text if the registry refuses it, and says where', async () => {
    const { code, stderr } = await withEditor(save(`{ ...document, scop: 'a' }`));
    expect(code).toBe(7);
    const { file } = await seen();
    expect(stderr).toContain(`Your text is kept in ${file}\n`);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ scop: 'a' });
    await rm(path.dirname(file), { recursive: true });
  });

  it('keeps no text with a secret', async () => {
    const text = `{ ...document, client_secret: '${NEW_SECRET}', scop: 'a' }`;
    const { stderr } = await withEditor(save(text));
    expect(stderr).not.toContain('is kept');
    await expect(readdir(path.dirname((await seen()).file))).rejects.toThrow('ENOENT');
  });

  it('sends nothing if the editor fails or does not exist', async () => {
    expect(await withEditor(`${save(`{ scope: 'a' }`)} process.exit(3);`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ended with 3: nothing is changed'),
    });
    await rm(path.dirname((await seen()).file), { recursive: true, force: true });
    process.stdin.isTTY = true;
    const environment = { ...registry.environment, PATH: '', EDITOR: 'no-such-editor' };
    expect(await runCommand(['credentials', 'edit', NAME], environment)).toMatchObject({
      code: 127,
    });
    expect(registry.requests).toEqual([`GET ${PATH}`, `GET ${PATH}`]);
  });

  it('sends nothing after Ctrl-C', async () => {
    const interrupt = new AbortController();
    registry.script = () => {
      // The editor has not started yet, or has it already: both end the same.
      setImmediate(() => interrupt.abort());
      return undefined;
    };
    expect(await withEditor(save(`{ scope: 'a' }`), interrupt.signal)).toMatchObject({ code: 130 });
    expect(registry.requests).toEqual([`GET ${PATH}`]);
  });
});
