import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
  it('passes the token to the script, never prints it, and leaves no files', async () => {
    const text = await readFile(path.join(root, 'action/gitlab/templates/vend.yml'), 'utf8');
    const [spec, template] = parseAllDocuments(text).map((document) => document.toJS());
    const shim = path.join(folder, 'token-vending');
    await writeFile(
      shim,
      `#!/bin/sh\nexec "${process.execPath}" "${root}dist/cli/token-vending.mjs" "$@"\n`,
    );
    await chmod(shim, 0o755);
    const inputs: Record<string, string> = {
      ...Object.fromEntries(
        Object.entries(spec.spec.inputs as Record<string, { default?: string }>).map(
          ([name, one]) => [name, one.default ?? ''],
        ),
      ),
      credential: 'checkout/orders-api',
      revoke: 'true',
      command: shim,
    };
    const script = (lines: string[]) =>
      ['set -e', ...lines]
        .join('\n')
        .replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name) => inputs[name] ?? '');
    const { before_script, after_script } = template['.token-vending'];
    const environment = {
      ...environmentOf(system, 'ci-checkout'),
      CI_BUILDS_DIR: folder,
      CI_JOB_ID: '42',
    };
    const kept = path.join(folder, 'kept');
    const job = await run(
      'sh',
      ['-c', script([...before_script, `printf %s "$ACCESS_TOKEN" > ${kept}`])],
      environment,
    );
    const token = await readFile(kept, 'utf8');
    system.guard(token);
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const before = await revocations();
    const end = await run('sh', ['-c', script(after_script)], environment);
    expect([job.code, end.code]).toEqual([0, 0]);
    expect(findCanaries(job.stdout + job.stderr + end.stdout + end.stderr, [token])).toEqual([]);
    expect(await revocations()).toBe(before + 1);
    expect((await readdir(folder)).filter((name) => name.startsWith('.token-vending'))).toEqual([]);
  });
});

/** The content that a step wrote into a file of the runner. */
function readAssignments(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([\w-]+)<<(\S+)\n(.*?)\n\2\n/gms)];
  return Object.fromEntries(found.map(([, name, , value]) => [name, value]));
}
