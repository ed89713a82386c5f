import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findCanaries } from '../support/canary-search.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = path.join(root, 'local/start.ts');
const freePorts = {
  TOKEN_VENDING_LOCAL_PORT_GATEWAY: '0',
  TOKEN_VENDING_LOCAL_PORT_AUTHORIZATION_SERVER: '0',
  TOKEN_VENDING_LOCAL_PORT_SECRETS: '0',
  TOKEN_VENDING_LOCAL_PORT_IAM_API: '0',
  TOKEN_VENDING_LOCAL_PORT_KMS: '0',
  TOKEN_VENDING_LOCAL_PORT_STS: '0',
  TOKEN_VENDING_LOCAL_PORT_CERTIFICATES: '0',
  TOKEN_VENDING_LOCAL_PORT_REGISTRY: '0',
};
let state: string;
let started: ReturnType<typeof start>;

function start(directory: string, ports: Record<string, string>) {
  const child = spawn(process.execPath, [script, '--state', directory], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...ports },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += chunk));
  child.stderr.on('data', (chunk) => (written.stderr += chunk));
  return { child, written, ended: once(child, 'close') };
}

/** Runs a printed line after sourcing the file that `npm start` names. */
async function paste(line: string) {
  const cli = path.join(root, 'dist/cli/token-vending.mjs');
  const commands = line.replaceAll(
    'npx --no-install token-vending',
    `"${process.execPath}" "${cli}"`,
  );
  const [source] = /^ {2}(\. \S+env)$/m.exec(started.written.stdout)?.slice(1) ?? [];
  return await promisify(execFile)('sh', ['-c', `${source}\n${commands}`], { cwd: root }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error) => ({
      stdout: String(error.stdout),
      stderr: String(error.stderr),
      code: Number(error.code),
    }),
  );
}

beforeAll(async () => {
  // Inside the project, since the printed paths are relative to it.
  state = await mkdtemp(path.join(root, 'dist/start-test-'));
  started = start(state, freePorts);
  while (!started.written.stdout.includes('Ctrl-C stops it'))
    await once(started.child.stdout, 'data');
});

afterAll(async () => {
  started.child.kill('SIGINT');
  expect((await started.ended)[0]).toBe(0);
  await rm(state, { recursive: true });
});

describe('npm start', () => {
  it('prints command lines that work', async () => {
    const lines = [
      ...started.written.stdout.matchAll(/^ {2}(npx --no-install token-vending .*)$/gm),
    ].map(([, line]) => String(line));
    expect(lines.length).toBeGreaterThanOrEqual(9);
    const isChange = (line: string) => /credentials (?:disable|enable|rotate) /.test(line);
    const run = async (line: string) => [line, (await paste(line)).code];
    const expected = (line: string) => [line, line.includes('# refused') ? 3 : 0];
    const reads = lines.filter((line) => !isChange(line));
    expect(await Promise.all(reads.map(run))).toEqual(reads.map(expected));
    // In their order: a credential that is off does not rotate.
    for (const line of lines.filter(isChange)) expect(await run(line)).toEqual(expected(line));
  });

  it('prints a curl line that returns a token, and 403 with one byte of body or key changed', async () => {
    const help = await promisify(execFile)('curl', ['--help', 'all']).then(
      ({ stdout }) => stdout,
      () => '',
    );
    if (!help.includes('--aws-sigv4')) {
      process.stderr.write('not run: there is no curl with --aws-sigv4 on this machine\n');
      expect(started.written.stdout).toContain('curl --aws-sigv4');
      return;
    }
    const [line = ''] = /^ {2}(curl --aws-sigv4 .*)$/m.exec(started.written.stdout)?.slice(1) ?? [];
    const good = await paste(`${line} -sS`);
    expect(JSON.parse(good.stdout)).toMatchObject({
      token_type: 'Bearer',
      source: expect.stringMatching(/minted|cached/),
    });

    const otherBody = await paste(
      `${line.replace('orders-api', 'orders-apj')} -sS -w '%{http_code}'`,
    );
    expect(otherBody.stdout).toMatch(/403$/);

    const config = /-K (\S+)/.exec(line)?.[1] ?? '';
    const changed = `sed 's/^\\(user = ".*\\).."/\\1xx"/' ${config} | ${line.replace(config, '-')} -sS -w '%{http_code}'`;
    const otherKey = await paste(changed);
    expect(otherKey.stdout).toMatch(/signature we calculated does not match.*403$/s);
  });

  it('shows no key of any caller', async () => {
    const credentials = await readFile(path.join(state, 'callers/aws-credentials'), 'utf8');
    const keys = [...credentials.matchAll(/(?:secret_access_key|session_token) = (\S+)/g)].map(
      ([, key]) => String(key),
    );
    expect(keys.length).toBeGreaterThan(6);
    expect(findCanaries(started.written.stdout + started.written.stderr, keys)).toEqual([]);
  });

  it('names the port that is in use, what it is for, and how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const other = await mkdtemp(path.join(root, 'dist/start-test-'));
    const { written, ended } = start(other, {
      ...freePorts,
      TOKEN_VENDING_LOCAL_PORT_SECRETS: port,
    });
    expect((await ended)[0]).toBe(1);
    expect(written.stderr).toBe(
      `npm start: port ${port} of the Secrets Manager endpoint is taken: stop what listens there, or choose another with TOKEN_VENDING_LOCAL_PORT_SECRETS\n`,
    );
    server.close();
    await rm(other, { recursive: true });
  });
});

describe('npm run demo', () => {
  it('runs to its end, shows no token, and exits 0', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(root, 'local/demo.ts')],
      { cwd: root },
    );
    for (let chapter = 1; chapter <= 12; chapter += 1) expect(stdout).toContain(`\n${chapter}. `);
    expect(stdout).toMatch(/secret +none: the credential document names a key of AWS KMS/);
    expect(stdout).toMatch(/on-call +may not switch on/);
    expect(stdout).toMatch(/callers +\d+ vends while the rotation ran, 0 failed/);
    expect(stdout).not.toMatch(/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/);
    // Colour is for terminals.
    expect(stdout).not.toContain('\u001b[');
  });
});
