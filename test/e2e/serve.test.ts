import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as openid from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import { environmentOf, type Running, startCommand } from '../support/command-line.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const CREDENTIAL = 'checkout/orders-api';
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const isRoot = process.getuid?.() === 0;
const running: Running[] = [];
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
  const client = system.authorizationServer.find('inventory-stock');
  if (client === undefined) throw new Error('no client inventory-stock');
  system.authorizationServer.register({ ...client, tokenLifetime: 68 });
});
afterEach(async () => {
  system.authorizationServer.faults.clear();
  for (const left of running.splice(0)) await end(left);
});
afterAll(async () => {
  await system.stop();
});

interface OneTime {
  readonly tokenUrl: string;
  readonly issuer: string;
  readonly id: string;
  readonly secret: string;
}

function start(args: readonly string[], caller = 'ci-checkout', more: Record<string, string> = {}) {
  const started = startCommand(args, { ...environmentOf(system, caller), ...more });
  running.push(started);
  return started;
}

/** `exec --serve` of a command that prints its environment and runs until it is ended. */
async function execServe(
  options: readonly string[] = [],
  credential = CREDENTIAL,
  caller = 'ci-checkout',
): Promise<Running & OneTime & { pid: number }> {
  const script = `
    const { OAUTH_TOKEN_URL: tokenUrl, OAUTH_ISSUER: issuer, OAUTH_CLIENT_ID: id, OAUTH_CLIENT_SECRET: secret } = process.env;
    console.log(JSON.stringify({ tokenUrl, issuer, id, secret, pid: process.pid }));
    setInterval(() => {}, 1000);`;
  const args = ['exec', '--serve', credential, ...options, '--', process.execPath, '-e', script];
  const started = start(args, caller);
  const given = JSON.parse((await started.shows(/^\{.*\}$/m))[0]);
  system.guard(given.secret);
  return { ...started, ...given };
}

async function end({ child, ended }: Running, signal: NodeJS.Signals = 'SIGTERM') {
  child.kill(signal);
  return await ended;
}

async function request({ tokenUrl, id, secret }: OneTime, more: Record<string, string> = {}) {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret, ...more };
  const response = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  const json = (await response.json()) as Record<string, string | number>;
  if (response.ok) system.guard(String(json['access_token']));
  return { status: response.status, json };
}

const scope = (text: string) => ({ scope: text });

interface ReceivedToken {
  readonly token: string;
  readonly expiresIn: number;
}

function read(tokenResponse: object): ReceivedToken {
  const { access_token, expires_in } = tokenResponse as {
    access_token: string;
    expires_in: number;
  };
  system.guard(access_token);
  return { token: access_token, expiresIn: expires_in };
}

function simpleOauth2(
  { tokenUrl, id, secret }: OneTime,
  authorizationMethod: 'header' | 'body' = 'header',
): ClientCredentials {
  const { origin, pathname } = new URL(tokenUrl);
  return new ClientCredentials({
    client: { id, secret },
    auth: { tokenHost: origin, tokenPath: pathname },
    options: { authorizationMethod },
  });
}

async function discover(
  { issuer, id }: OneTime,
  algorithm: 'oidc' | 'oauth2',
  authentication: openid.ClientAuth,
): Promise<openid.Configuration> {
  const options = { algorithm, execute: [openid.allowInsecureRequests] };
  return await openid.discovery(new URL(issuer), id, undefined, authentication, options);
}

async function refusesConnections({ tokenUrl }: OneTime): Promise<boolean> {
  const socket = net.connect(Number(new URL(tokenUrl).port), '127.0.0.1');
  const [error] = await Promise.race([once(socket, 'error'), once(socket, 'connect')]);
  socket.destroy();
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('token-vending exec --serve', () => {
  it('lets simple-oauth2 obtain tokens with a token URL, an id and a secret', async () => {
    const given = await execServe();
    for (const method of ['header', 'body'] as const) {
      const client = simpleOauth2(given, method);
      const first = await client.getToken({ scope: 'orders:write' });
      expect(first.token).toMatchObject({ scope: 'orders:write', token_type: 'Bearer' });
      expect(first.expired()).toBe(false);
      expect(first.expired(3700)).toBe(true);
      const second = await client.getToken({ scope: 'orders:read' });
      expect(second.token['scope']).toBe('orders:read');
    }
    await end(given);
  });

  it('lets openid-client do the same, by discovery of either kind', async () => {
    const given = await execServe();
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      for (const method of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
        const configuration = await discover(given, algorithm, method(given.secret));
        const token = await openid.clientCredentialsGrant(configuration, {
          audience: 'https://orders.example.com',
        });
        expect(token.expiresIn()).toBeGreaterThan(3000);
        expect(token.scope).toBe('orders:read');
      }
    }
    await end(given);
  });

  (hasCurl ? it : it.skip)(
    `lets curl do the same${hasCurl ? '' : ' (skipped: no curl here)'}`,
    async () => {
      const given = await execServe();
      const curl = async (...args: string[]) =>
        JSON.parse((await promisify(execFile)('curl', ['-sS', ...args, given.tokenUrl])).stdout);
      const grant = ['-d', 'grant_type=client_credentials'];
      const basic = await curl('-u', `${given.id}:${given.secret}`, ...grant);
      const body = [
        '-d',
        `client_id=${given.id}`,
        '--data-urlencode',
        `client_secret=${given.secret}`,
      ];
      const posted = await curl(...grant, ...body, '-d', 'scope=orders:write');
      expect([basic.scope, posted.scope]).toEqual(['orders:read', 'orders:write']);
      await end(given);
    },
  );

  // Each has its own scope, so that none gets a token of another.
  const variants: [string, (given: OneTime) => Promise<ReceivedToken>][] = [
    ['a bare request', async (given) => read((await request(given, scope('stock:read'))).json)],
    [
      'simple-oauth2',
      async (given) => read((await simpleOauth2(given).getToken({ scope: 'stock:write' })).token),
    ],
    [
      'openid-client',
      async (given) =>
        read(
          await openid.clientCredentialsGrant(
            await discover(given, 'oauth2', openid.ClientSecretBasic(given.secret)),
            scope('stock:read stock:write'),
          ),
        ),
    ],
  ];

  it('returns one token while it lives long enough, states its lifetime, then renews it', async () => {
    // The token lives 68 s at the server, and must live 60 s when it is returned: enough time for a
    // slow machine.
    const given = await execServe(['--min-ttl', '60'], 'inventory/stock-api', 'ci-inventory');
    const firsts = await Promise.all(variants.map(([, requestOnce]) => requestOnce(given)));
    for (const { expiresIn } of firsts) {
      expect(expiresIn).toBeGreaterThanOrEqual(60);
      expect(expiresIn).toBeLessThanOrEqual(68);
    }
    const minted = system.requests('token');
    const untilRenewed = async (
      requestOnce: (given: OneTime) => Promise<ReceivedToken>,
      first: ReceivedToken,
    ) => {
      let next = await requestOnce(given);
      let shortest = next.expiresIn;
      for (; next.token === first.token; next = await requestOnce(given)) {
        expect(next.expiresIn).toBeLessThanOrEqual(first.expiresIn);
        shortest = Math.min(shortest, next.expiresIn);
        await delay(100);
      }
      // The remaining lifetime is rounded down.
      expect(shortest).toBeGreaterThanOrEqual(59);
      expect(next.expiresIn).toBeGreaterThan(shortest);
    };
    await Promise.all(
      variants.map(([, requestOnce], index) =>
        untilRenewed(requestOnce, firsts[index] as ReceivedToken),
      ),
    );
    expect(system.requests('token')).toBe(minted + variants.length);
    await end(given);
  });

  it('returns an error in the shape of RFC 6749, and shows it with its advice', async () => {
    const given = await execServe();
    const { status, json } = await request(given, { scope: 'reports:read' });
    expect([status, json['error'], json['code']]).toEqual([400, 'invalid_scope', 'scope_refused']);
    expect(json['error_description']).toMatch(
      /does not allow.*\(scope_refused\).*Request a listed scope/,
    );
    expect(await request(given, { client_secret: 'wrong' })).toMatchObject({
      status: 401,
      json: { error: 'invalid_client' },
    });
    const { stderr } = await end(given);
    expect(stderr).toMatch(
      /^token-vending: .*\(scope_refused\)\n {2}Request a listed scope.*\n {2}request_id: /,
    );
    expect(stderr).toMatch(/\(client_unauthenticated\)/);
  });

  it('ends with the command: the port is closed, the next run has another secret', async () => {
    const given = await execServe();
    const { port } = new URL(given.tokenUrl);
    expect((await request(given)).status).toBe(200);
    await end(given);
    expect(await refusesConnections(given)).toBe(true);
    const next = await execServe(['--port', port]);
    expect(next.tokenUrl).toBe(given.tokenUrl);
    expect((await request({ ...next, secret: given.secret })).status).toBe(401);
    expect((await request(next)).status).toBe(200);
    await end(next);
  });

  it('leaves no files if it is interrupted during a request', async () => {
    const given = await execServe([], 'checkout/reports-api');
    system.authorizationServer.faults.set('token', { kind: 'drip' });
    const before = system.requests('token');
    const outcome = request(given, scope('reports:read')).then(
      () => 'answered',
      () => 'cut',
    );
    while (system.requests('token') === before)
      await new Promise((resolve) => setImmediate(resolve));
    const ended = await end(given, 'SIGINT');
    expect(ended).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(await outcome).toBe('cut');
    expect(isAlive(given.pid)).toBe(false);
    expect(await refusesConnections(given)).toBe(true);
  });

  it('does not start the command if it is interrupted during the first token request', async () => {
    system.authorizationServer.faults.set('token', { kind: 'drip' });
    const before = system.requests('token');
    const started = start(['exec', '--serve', 'checkout/hiiretail-iam', '--', 'echo', 'begun']);
    while (system.requests('token') === before)
      await new Promise((resolve) => setImmediate(resolve));
    expect(await end(started, 'SIGINT')).toMatchObject({ code: 130, stdout: '', stderr: '' });
  });

  it('serves a command that takes a while to end after an interrupt', async () => {
    const script = `
      process.on('SIGINT', async () => {
        const { OAUTH_TOKEN_URL, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET } = process.env;
        const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: OAUTH_CLIENT_ID, client_secret: OAUTH_CLIENT_SECRET, scope: 'orders:write' });
        console.log('status', (await fetch(OAUTH_TOKEN_URL, { method: 'POST', body })).status);
        process.exit(5);
      });
      setInterval(() => {}, 1000);
      console.log('up');`;
    const started = start(['exec', '--serve', CREDENTIAL, '--', process.execPath, '-e', script]);
    await started.shows(/up/);
    expect(await end(started, 'SIGINT')).toMatchObject({ code: 5, stdout: 'up\nstatus 200\n' });
  });

  it('takes a prefix for the names, and several credentials with one secret', async () => {
    const show =
      'env | grep -o "^[A-Z_]*_\\(TOKEN_URL\\|ISSUER\\|CLIENT_ID\\|CLIENT_SECRET\\)" | sort';
    const names = async (...args: string[]) =>
      (await start(['exec', '--serve', ...args, '--', 'sh', '-c', show], 'ci-checkout').ended)
        .stdout;
    expect(await names(CREDENTIAL, '--env-prefix', 'TF_VAR_')).toBe(
      'TF_VAR_CLIENT_ID\nTF_VAR_CLIENT_SECRET\nTF_VAR_ISSUER\nTF_VAR_TOKEN_URL\n',
    );
    expect(await names(CREDENTIAL, 'checkout/reports-api')).toBe(
      'OAUTH_CLIENT_SECRET\nOAUTH_ISSUER\nOAUTH_TOKEN_URL\n',
    );
  });

  it('reports an error before the command starts, and ends as the command does', async () => {
    const run = (...args: string[]) => start(['exec', '--serve', ...args]).ended;
    const denied = await run('payments/ledger-api', '--', 'echo', 'begun');
    expect(denied).toMatchObject({ code: 3, stdout: '' });
    expect((await run(CREDENTIAL, '--', 'sh', '-c', 'exit 7')).code).toBe(7);
    expect((await run(CREDENTIAL, '--', 'no-such-command')).code).toBe(127);
  });

  it.each([
    [['exec', CREDENTIAL, '--port', '8400', '--', 'true'], /--port and --env-prefix need --serve/],
    [['exec', CREDENTIAL, 'a/b', '--', 'true'], /several credentials need --serve/],
    [
      ['exec', '--serve', CREDENTIAL, '--env', 'X', '--', 'true'],
      /cannot be used with option '--serve'/,
    ],
    [['exec', '--serve', CREDENTIAL, '--port', '80', '--', 'true'], /port from 1024/],
    [['exec', '--serve', CREDENTIAL, '--env-prefix', '2-', '--', 'true'], /letters, digits and _/],
    [['serve', CREDENTIAL], /give --write-env .* or --print-secret/],
    [['serve'], /missing required argument/],
  ])('rejects the command line %s', async (args, told) => {
    const { code, stderr, stdout } = await start(args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(told);
  });

  (isRoot && hasCurl ? it : it.skip)(
    `refuses another user of the machine${isRoot && hasCurl ? '' : ' (skipped: only root can be another user, and curl is needed)'}`,
    async () => {
      const given = await execServe();
      const body = [
        '-d',
        `grant_type=client_credentials&client_id=${given.id}&client_secret=${given.secret}`,
      ];
      const asUser = (uid: number) =>
        promisify(execFile)('curl', ['-sS', ...body, given.tokenUrl], { uid, cwd: '/' });
      expect(JSON.parse((await asUser(65_534)).stdout)).toMatchObject({ code: 'user_refused' });
      expect(JSON.parse((await asUser(0)).stdout)).toMatchObject({ token_type: 'Bearer' });
      await end(given);
    },
  );
});

describe('token-vending serve', () => {
  const envFile = () => path.join(system.directory, 'callers/oauth.env');

  function parse(text: string): OneTime {
    const variables = Object.fromEntries(
      text.split('\n').flatMap((line) => [/^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []]),
    );
    return {
      tokenUrl: variables['OAUTH_TOKEN_URL'],
      issuer: variables['OAUTH_ISSUER'],
      id: variables['OAUTH_CLIENT_ID'],
      secret: variables['OAUTH_CLIENT_SECRET'],
    };
  }

  it('serves until it is interrupted, and writes the secret to a file of its owner', async () => {
    const started = start(['serve', CREDENTIAL, '--write-env', envFile()]);
    await started.shows(/^OAUTH_CLIENT_ID=/m);
    const given = parse(await readFile(envFile(), 'utf8'));
    system.guard(given.secret);
    expect((await stat(envFile())).mode & 0o777).toBe(0o600);
    expect((await request(given)).status).toBe(200);
    expect((await request({ ...given, id: 'checkout/reports-api' })).status).toBe(401);
    const { code, stdout, stderr } = await end(started, 'SIGINT');
    expect(code).toBe(0);
    expect(stdout).toBe(
      `OAUTH_TOKEN_URL=${given.tokenUrl}\nOAUTH_ISSUER=${given.issuer}\nOAUTH_CLIENT_ID=${CREDENTIAL}\n`,
    );
    expect(stderr).toMatch(/^checkout\/orders-api: lives \d+ s, scope "orders:read", \w+, vend /m);
    expect(stdout + stderr).not.toContain(given.secret);
    expect(await readdir(path.dirname(envFile()))).not.toContain('oauth.env');
    expect(await refusesConnections(given)).toBe(true);
  });

  (hasCurl ? it : it.skip)(
    `works with curl as its guide and its help say${hasCurl ? '' : ' (skipped: no curl here)'}`,
    async () => {
      const guide = new URL('../../docs/guides/long-runs.md', import.meta.url);
      const [, inGuide] =
        /^```sh\n(\. \.\/oauth\.env\n.*?)^```$/ms.exec(await readFile(guide, 'utf8')) ?? [];
      const help = (await start(['serve', '--help']).ended).stdout;
      const [, inHelp] = /^( {2}\. \.\/oauth\.env\n {2}curl .*\n)/m.exec(help) ?? [];
      const started = start(['serve', CREDENTIAL, '--write-env', envFile()]);
      await started.shows(/^OAUTH_CLIENT_ID=/m);
      const cwd = path.dirname(envFile());
      for (const script of [inGuide, inHelp]) {
        const { stdout } = await promisify(execFile)('bash', ['-c', String(script)], { cwd });
        expect(read(JSON.parse(stdout)).expiresIn).toBeGreaterThan(0);
      }
      await end(started);
    },
  );

  it('serves several credentials, each as a client id, and shows the secret if told to', async () => {
    const credentials = [CREDENTIAL, 'checkout/reports-api'];
    const started = start(['serve', ...credentials, '--print-secret', '--json']);
    const shown = JSON.parse((await started.shows(/^\{.*\}$/m))[0]);
    expect(shown).toMatchObject({
      client_ids: credentials,
      token_url: `${shown.issuer}/oauth2/token`,
    });
    const given = { tokenUrl: shown.token_url, issuer: shown.issuer, secret: shown.client_secret };
    for (const id of credentials) {
      const { json } = await request({ ...given, id });
      expect(json['credential']).toBe(id);
    }
    const { stderr } = await end(started, 'SIGTERM');
    const vends = stderr.split('\n').filter((line) => line.startsWith('{"vended"'));
    expect(vends.map((line) => JSON.parse(line).vended.credential)).toEqual(credentials);
    expect(stderr).not.toContain(given.secret);
    expect(stderr).not.toContain('access_token');
  });

  it('reports an error before it serves, and leaves no file', async () => {
    const denied = await start(['serve', 'payments/ledger-api', '--write-env', envFile()]).ended;
    expect([denied.code, denied.stdout]).toEqual([3, '']);
    expect(await readdir(path.dirname(envFile()))).not.toContain('oauth.env');
    const taken = path.join(system.directory, 'callers/aws-config');
    const refused = await start(['serve', CREDENTIAL, '--write-env', taken]).ended;
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `token-vending: ${taken} already exists: choose another file, or remove it\n`,
    ]);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('takes its file with it on %s', async (signal) => {
    const started = start(['serve', CREDENTIAL, '--write-env', envFile(), '--quiet']);
    await started.shows(/^OAUTH_CLIENT_ID=/m);
    expect(await end(started, signal)).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(path.dirname(envFile()))).not.toContain('oauth.env');
  });

  it('has a help page with examples', async () => {
    for (const command of ['serve', 'exec']) {
      const { code, stdout } = await start([command, '--help']).ended;
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples:\n {2}token-vending /);
      expect(stdout).toContain('exec --serve');
    }
  });
});
