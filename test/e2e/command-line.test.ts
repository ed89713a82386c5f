import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../cli/exit-codes.ts';
import { VERSION } from '../../lib/version.ts';
import { findCanaries } from '../support/canary-search.ts';
import { environmentOf as callerEnvironment, cli, startCommand } from '../support/command-line.ts';
import { describeCommandLines } from '../support/command-lines.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});

afterAll(async () => {
  await system.stop();
});

const environmentOf = (caller: string) => ({
  ...callerEnvironment(system, caller),
  XDG_CONFIG_HOME: system.directory,
});

async function run(
  line: string | readonly string[],
  caller = 'ci-checkout',
  more: Record<string, string> = {},
) {
  const args = typeof line === 'string' ? line.split(' ') : line;
  return await startCommand(args, { ...environmentOf(caller), ...more }).ended;
}

// A sample; `npm run soak` has every line.
describeCommandLines(
  () => system,
  [
    'token payments/ledger-api',
    'token checkout/orders-api --scope reports:read',
    'token inventory/stale-api',
    'whoami',
    'whoami --endpoint ftp://x',
    'an unknown option',
    'credentials put',
    'can-i payments/ledger-api',
    'policy check',
    'policy explain --principal arn:aws:iam::111122223333:role/ci-checkout --organization o-localexample --credential checkout/orders-api',
  ],
);

describe('token-vending', () => {
  it('prints a token and nothing else when piped', async () => {
    const { stdout, stderr, code } = await run('token checkout/orders-api');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    system.guard(stdout.trim());
  });

  it('prints a header, or everything as JSON', async () => {
    const header = await run('token checkout/orders-api --header');
    expect(header.stdout).toMatch(/^Authorization: Bearer [\w.-]+\n$/);
    const json = JSON.parse(
      (await run('token checkout/orders-api --json --min-ttl 15m --scope orders:write')).stdout,
    );
    expect(json).toMatchObject({
      credential: 'checkout/orders-api',
      scope: 'orders:write',
      token_type: 'Bearer',
    });
  });

  it('shows the caller and the credentials that it may use', async () => {
    expect((await run('whoami')).stdout).toMatch(
      /^principal +arn:aws:iam::111122223333:role\/ci-checkout\nkind +role\n/,
    );
    expect(JSON.parse((await run('whoami --json', 'operator')).stdout)).toMatchObject({
      kind: 'user',
      name: 'operator',
    });
    const { stdout } = await run('credentials');
    expect(stdout.split('\n')[0]).toMatch(/^CREDENTIAL +STATUS +SCOPES +AUDIENCES$/);
    expect(stdout).toMatch(
      /^checkout\/orders-api +enabled +orders:read orders:write +https:\/\/orders\.example\.com$/m,
    );
    const none = await run('credentials', 'newcomer');
    expect([none.stdout, none.stderr]).toEqual(['', 'There is no credential that you can see.\n']);
  });

  it('reports an endpoint that does not exist', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const started = startCommand(
      ['whoami', '--endpoint', `http://127.0.0.1:${port}`, '--timeout', '1'],
      environmentOf('ci-checkout'),
    );
    const { stderr, code } = await started.ended;
    expect([code, stderr.split('\n')[0]]).toEqual([
      5,
      'token-vending: The token-vending endpoint cannot be reached. (endpoint_unreachable)',
    ]);
  });

  it('is quiet if its reader closes the pipe', async () => {
    const piped = spawn('sh', ['-c', '"$0" "$1" --help | head -n 1', process.execPath, cli], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    piped.stderr.on('data', (chunk) => (stderr += chunk));
    await once(piped, 'close');
    expect(stderr).toBe('');
  });

  it('shows the version of the function besides its own', async () => {
    const { stdout, stderr, code } = await run('--version');
    expect([stdout, stderr, code]).toEqual([
      `${VERSION}\nfunction ${VERSION} at ${system.endpoint}\n`,
      '',
      0,
    ]);
    expect(JSON.parse((await run('--version --json')).stdout)).toEqual({
      version: VERSION,
      endpoint: system.endpoint,
      function_version: VERSION,
    });
  });

  it('shows only its own version if the endpoint is silent, missing or invalid', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    for (const endpoint of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:1', 'ftp://x']) {
      const { stdout, code } = await run(['--version', '--endpoint', endpoint]);
      expect([endpoint, stdout, code]).toEqual([endpoint, `${VERSION}\n`, 0]);
    }
    silent.close();
  });

  it('documents every exit code', async () => {
    const { stdout } = await run('--help');
    for (const meaning of Object.values(exitCodes)) expect(stdout).toContain(meaning);
  });

  it('ends with 130 when interrupted', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { child, ended } = startCommand(
      ['whoami', '--endpoint', `http://127.0.0.1:${port}`],
      environmentOf('ci-checkout'),
    );
    await once(silent, 'connection');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    silent.close();
  });
});

describe('token-vending exec', () => {
  it('passes the token in the environment, everything else unchanged, and nothing on the command line', async () => {
    const script = 'console.log(JSON.stringify({ env: process.env, argv: process.argv }))';
    const { stdout, code } = await run(
      ['exec', 'checkout/orders-api', '--', process.execPath, '-e', script, 'x'],
      'ci-checkout',
      { KEPT: 'yes' },
    );
    const { env, argv } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(env).toEqual({
      ...environmentOf('ci-checkout'),
      KEPT: 'yes',
      ACCESS_TOKEN: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
    expect(findCanaries(JSON.stringify(argv), [env.ACCESS_TOKEN])).toEqual([]);
  });

  it('takes the name of the variable, and leaves the options of the command alone', async () => {
    const command = [
      'sh',
      '-c',
      'echo "$1 $(test -n "$T" && echo is given) $ACCESS_TOKEN"',
      'sh',
      '--json',
    ];
    const { stdout } = await run(['exec', 'checkout/orders-api', '--env', 'T', '--', ...command]);
    expect(stdout).toBe('--json is given \n');
  });

  it('ends as the command does, by code or by signal', async () => {
    expect((await run(['exec', 'checkout/orders-api', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
    expect(
      await run(['exec', 'checkout/orders-api', '--', 'sh', '-c', 'kill -TERM $$']),
    ).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(await run(['exec', 'checkout/orders-api', '--', 'no-such-command'])).toMatchObject({
      code: 127,
      stderr: 'token-vending: no-such-command: command not found\n',
    });
    expect((await run(['exec', 'payments/ledger-api', '--', 'sh', '-c', 'exit 0'])).code).toBe(3);
  });

  it('forwards signals and waits for the command', async () => {
    const script =
      "process.on('SIGINT', () => { console.log('caught'); process.exit(5); }); setInterval(() => {}, 1000); console.log('up');";
    const { child, written, ended } = startCommand(
      ['exec', 'checkout/orders-api', '--', process.execPath, '-e', script],
      environmentOf('ci-checkout'),
    );
    while (!written.stdout.includes('up')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 5, stdout: 'up\ncaught\n' });
  });
});
