import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../cli/exit-codes.ts';
import { VERSION } from '../../lib/version.ts';
import { findCanaries } from '../support/canary-search.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});

afterAll(async () => {
  await system.stop();
});

function environmentOf(caller: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    XDG_CONFIG_HOME: system.directory,
    TOKEN_VENDING_ENDPOINT: system.endpoint,
    TOKEN_VENDING_REGION: system.region,
    AWS_CONFIG_FILE: path.join(system.directory, 'callers/aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(system.directory, 'callers/aws-credentials'),
    TOKEN_VENDING_PROFILE: caller,
  };
}

function start(args: readonly string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, [cli, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += chunk));
  child.stderr.on('data', (chunk) => (written.stderr += chunk));
  const ended = once(child, 'close').then(([code, signal]) => ({ ...written, code, signal }));
  return { child, written, ended };
}

async function run(
  line: string | readonly string[],
  caller = 'ci-checkout',
  more: Record<string, string> = {},
) {
  const args = typeof line === 'string' ? line.split(' ') : line;
  return await start(args, { ...environmentOf(caller), ...more }).ended;
}

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

  const failures: [
    line: string,
    caller: string,
    more: Record<string, string>,
    code: keyof typeof exitCodes,
    error: string,
    text: RegExp,
  ][] = [
    [
      'token payments/ledger-api',
      'ci-checkout',
      {},
      3,
      'policy_denied',
      /ask the operator to permit this role/,
    ],
    ['token payments/frozen-api', 'ci-payments', {}, 3, 'credential_disabled', /disabled/],
    [
      'token checkout/orders-api --scope reports:read',
      'ci-checkout',
      {},
      7,
      'scope_refused',
      /GET \/credentials/,
    ],
    [
      'token checkout/orders-api --audience https://x',
      'ci-checkout',
      {},
      7,
      'target_refused',
      /audience/,
    ],
    [
      'token checkout/orders-api --min-ttl 2h',
      'ci-checkout',
      {},
      7,
      'min_ttl_unsatisfiable',
      /lives 3\d{3} s/,
    ],
    ['token Orders', 'ci-checkout', {}, 7, 'request_malformed', /client_id must be team\/name/],
    ['token inventory/stale-api', 'ci-inventory', {}, 8, 'credential_refused', /invalid_client/],
    ['whoami', 'nobody', {}, 4, 'aws_credentials_unavailable', /aws sts get-caller-identity/],
    [
      'whoami --region us-east-1',
      'ci-checkout',
      {},
      4,
      'signature_refused',
      /region of the endpoint/,
    ],
    [
      'whoami --endpoint ftp://x',
      'ci-checkout',
      {},
      2,
      'endpoint_invalid',
      /TOKEN_VENDING_ENDPOINT/,
    ],
  ];

  it.each(failures)(
    'fails on %s as %s with error and advice',
    async (line, caller, more, exitCode, error, text) => {
      const { stdout, stderr, code } = await run(line, caller, more);
      expect([stdout, code]).toEqual(['', exitCode]);
      expect(stderr).toMatch(/^token-vending: [A-Za-z].*\. \(\w+\)\n {2}\S/);
      expect(stderr).toContain(`(${error})`);
      expect(stderr).toMatch(text);
      const json = await run(`${line} --json`, caller, more);
      expect([json.code, JSON.parse(json.stderr).error.code]).toEqual([exitCode, error]);
    },
  );

  it('reports an endpoint that does not exist', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const started = start(
      ['whoami', '--endpoint', `http://127.0.0.1:${port}`, '--timeout', '1'],
      environmentOf('ci-checkout'),
    );
    const { stderr, code } = await started.ended;
    expect([code, stderr.split('\n')[0]]).toEqual([
      5,
      'token-vending: The token-vending endpoint cannot be reached. (endpoint_unreachable)',
    ]);
  });

  it.each([
    ['no command', [], 2],
    ['an unknown command', ['frobnicate'], 2],
    ['an unknown option', ['token', 'a/b', '--frobnicate'], 2],
    ['a duration that is none', ['token', 'a/b', '--min-ttl', 'soon'], 2],
    ['a timeout that is none', ['whoami', '--timeout', 'soon'], 2],
    ['--help', ['--help'], 0],
    ['--version', ['--version'], 0],
  ])('ends with the right code for %s', async (_what, args, exitCode) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(exitCode);
    expect(exitCode === 0 ? stdout : stderr).not.toBe('');
  });

  it.each([
    'token',
    'exec',
    'can-i',
    'whoami',
    'credentials',
    'credentials put',
    'doctor',
    'policy',
    'policy check',
    'policy test',
    'policy explain',
  ])('has a help page with examples for %s', async (command) => {
    const { stdout, code } = await run([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}token-vending /);
  });

  it.each([
    ['can-i checkout/orders-api --scope orders:write', 'yes\ndecided by   checkout-ci\n', 0],
    [
      'can-i payments/ledger-api',
      'no\ndecided by   default: no policy applies\nadvice       Check the name',
      3,
    ],
    [
      'can-i checkout/orders-api --scope admin',
      'no\ndecided by   default: no policy applies\nnot met      checkout-ci\n',
      3,
    ],
    ['policy check', '', 0],
    ['policy check --credential lost/found-api', '', 0],
    ['policy check nowhere', '', 2],
    ['policy check --credential Lost', '', 2],
    ['policy test', '', 0],
    ['policy test lib', '', 9],
    [
      'policy explain --principal arn:aws:iam::111122223333:role/ci-checkout --organization o-localexample --credential checkout/orders-api',
      'allow\nprincipal  arn:aws:iam::111122223333:role/ci-checkout\ndecided by checkout-ci (teams.cedar:4)\n',
      0,
    ],
    [
      'policy explain --principal arn:aws:iam::111122223333:role/ci-checkout --credential checkout/orders-api',
      'deny\n',
      3,
    ],
    ['policy explain --principal me --credential checkout/orders-api', '', 2],
  ])('responds to %s', async (line, output, exitCode) => {
    const { stdout, code } = await run(line);
    expect([stdout.slice(0, line.includes('found-api') ? 0 : output.length), code]).toEqual([
      line.includes('found-api') ? '' : output,
      exitCode,
    ]);
    const json = await run(`${line} --json`);
    expect(json.code).toBe(exitCode);
    if (output !== '') expect(JSON.parse(json.stdout)).toBeInstanceOf(Object);
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
    const { child, ended } = start(
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
    const { child, written, ended } = start(
      ['exec', 'checkout/orders-api', '--', process.execPath, '-e', script],
      environmentOf('ci-checkout'),
    );
    while (!written.stdout.includes('up')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 5, stdout: 'up\ncaught\n' });
  });
});
