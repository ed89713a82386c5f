import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findCanaries } from '../support/canary-search.ts';
import { environmentOf } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));
let system: TestSystem;
let folder: string;
const written: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'credentials-'));
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

async function run(line: string, { input = '', caller = 'operator', more = {} } = {}) {
  const child = spawn(process.execPath, [cli, ...line.split(' ')], {
    env: { PATH: process.env['PATH'] ?? '', ...environmentOf(system, caller), ...more },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  written.push(said.stdout, said.stderr);
  return { code, ...said };
}

const secretOf = (name: string) => system.secretsManager.store.find(`token-vending/${name}`);
const versionAt = (name: string, stage: string) =>
  secretOf(name)?.versions.find(({ stages }) => stages.includes(stage));
const documentOf = (name: string) => JSON.parse(versionAt(name, 'AWSCURRENT')?.text ?? 'null');
const vend = (credential: string, caller = 'ci-checkout') =>
  system.client(caller).getToken({ credential, fresh: true });

describe('an operator', () => {
  it('sees a document without its secrets', async () => {
    const { stdout, code } = await run('credentials show checkout/orders-api');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^checkout\/orders-api {2}arn:aws:secretsmanager:/);
    expect(stdout).toMatch(/^ {2}client_secret +\(set\)$/m);
    expect(stdout).toMatch(/^ {2}scope +orders:read orders:write$/m);
    const key = JSON.parse((await run('credentials show checkout/reports-api --json')).stdout);
    expect(key.document).toMatchObject({ private_key_jwk: '(set)', client_id: 'checkout-reports' });
  });

  it('sees that there is no such secret, and the rule for names of credentials', async () => {
    const none = await run('credentials show support/nothing-api');
    expect(none).toMatchObject({ code: 3, stdout: '' });
    expect(none.stderr).toMatch(
      /secret token-vending\/support\/nothing-api does not exist[\s\S]*credentials put/,
    );
    expect(await run('credentials show Nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('must be team/name'),
    });
  });

  it('tests a document, and the token is revoked afterwards', async () => {
    const { stdout, code } = await run('credentials test checkout/orders-api --json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      credential: 'checkout/orders-api',
      issuer: system.authorizationServer.issuer,
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'orders:read',
      lifetime: expect.any(Number),
      revoked: false,
    });
    const refused = await run('credentials test inventory/stale-api');
    expect(refused).toMatchObject({
      code: 8,
      stderr: expect.stringMatching(
        /No token can be obtained with the document: .*\(credential_refused\)\n {2}\S/,
      ),
    });
  });

  it('disables a credential, and enables it', async () => {
    await vend('checkout/orders-api');
    const stopped = await run('credentials disable checkout/orders-api');
    expect(stopped.stdout).toMatch(/^checkout\/orders-api disabled: version \S+\n$/);
    expect(stopped.stderr).toMatch(/within 60 s/);
    await system.function.restart();
    await expect(vend('checkout/orders-api')).rejects.toMatchObject({
      code: 'credential_disabled',
    });
    await run('credentials enable checkout/orders-api');
    await system.function.restart();
    expect(await vend('checkout/orders-api')).toMatchObject({ source: 'minted' });
  });

  it('drops cached tokens by raising the epoch', async () => {
    const { stdout } = await run('credentials bump-epoch checkout/orders-api --json');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'epoch 1', version: expect.any(String) });
    expect(documentOf('checkout/orders-api')).toMatchObject({ epoch: 1, status: 'enabled' });
  });

  it('stores a document only if it obtains a token, if requested', async () => {
    const file = path.join(folder, 'document.json');
    const good = { ...documentOf('checkout/orders-api'), default_scope: 'orders:write' };
    await writeFile(file, JSON.stringify({ ...good, client_secret: 'canary-of-a-wrong-secret' }));
    const put = `credentials put checkout/orders-api --file ${file} --verify`;
    expect(await run(put)).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('(credential_refused)'),
    });
    expect(documentOf('checkout/orders-api')).toMatchObject({ default_scope: 'orders:read' });
    await writeFile(file, JSON.stringify(good));
    const stored = await run(put);
    expect(stored.stdout).toMatch(/replaced: version[\s\S]*scope +orders:write\n[\s\S]*discarded/);
    expect(documentOf('checkout/orders-api')).toEqual(good);
  });

  it('sees the error of a server that fails, and nothing of one that fails once', async () => {
    const { faults } = system.authorizationServer;
    const put = `credentials put checkout/orders-api --file ${path.join(folder, 'document.json')} --verify`;
    faults.set('token', { kind: 'response', status: 503, times: 1 });
    expect(await run('credentials test checkout/orders-api')).toMatchObject({ code: 0 });
    faults.set('token', { kind: 'response', status: 503 });
    for (const command of [put, 'credentials test checkout/orders-api'])
      expect(await run(command)).toMatchObject({
        code: 8,
        stderr: expect.stringMatching(
          /No token can be obtained with the document: .*\(upstream_unavailable\)\n {2}\S/,
        ),
      });
    faults.clear();
  });

  it('rotates a secret: pending, tested, current', async () => {
    const before = versionAt('checkout/orders-api', 'AWSCURRENT');
    const wrong = await run('credentials rotate-secret checkout/orders-api', {
      input: 'canary-of-a-mistyped-secret\n',
    });
    expect(wrong.code).toBe(8);
    expect(versionAt('checkout/orders-api', 'AWSCURRENT')?.id).toBe(before?.id);
    expect(versionAt('checkout/orders-api', 'AWSPENDING')).toBeUndefined();

    const next = randomBytes(24).toString('hex');
    system.guard(next);
    const client = system.authorizationServer.find('checkout-orders');
    if (client === undefined) throw new Error('the server does not know the client');
    system.authorizationServer.register({ ...client, client_secret: next });
    const rotated = await run('credentials rotate-secret checkout/orders-api', {
      input: `${next}\n`,
    });
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/rotated: version/) });
    expect(documentOf('checkout/orders-api')).toMatchObject({ client_secret: next, epoch: 1 });
    expect(versionAt('checkout/orders-api', 'AWSPREVIOUS')?.id).toBe(before?.id);
    expect(versionAt('checkout/orders-api', 'AWSPENDING')).toBeUndefined();
    expect(await vend('checkout/orders-api')).toMatchObject({ token_type: 'Bearer' });
  });

  it('sees which permission is missing', async () => {
    const denied = await run('credentials show checkout/orders-api', {
      more: { AWS_ACCESS_KEY_ID: 'LOCALNOBODY', AWS_SECRET_ACCESS_KEY: 'made-up' },
    });
    expect(denied).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/Secrets Manager: .*\(\w+Exception\)\n {2}\S/),
    });
  });

  it('revokes a token that was vended', async () => {
    const { access_token } = await vend('checkout/orders-api');
    const revoked = await run('revoke checkout/orders-api --json', {
      caller: 'ci-checkout',
      input: access_token,
    });
    expect(revoked).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(revoked.stdout)).toEqual({
      credential: 'checkout/orders-api',
      revoked: false,
      evicted: 1,
      upstream: 'unsupported',
    });
    const { access_token: mine } = await vend('checkout/orders-api');
    const other = await run('revoke checkout/reports-api', { caller: 'ci-checkout', input: mine });
    expect(other).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('not revoked: the token is not of this credential'),
    });
    expect(await run('revoke checkout/orders-api', { caller: 'ci-checkout' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('token is empty'),
    });
  });

  it('sees no secret in any output', async () => {
    const secrets = [documentOf('checkout/orders-api').client_secret, 'canary-of-a'];
    expect(findCanaries(written.join('\n'), secrets)).toEqual([]);
    expect(written.join('').length).toBeGreaterThan(1_000);
    expect(await readFile(path.join(folder, 'document.json'), 'utf8')).toContain('client_secret');
  });
});
