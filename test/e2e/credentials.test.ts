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
    expect(stdout).toMatch(/^checkout\/orders-api {2}enabled\nversion {2}\S+\n/);
    expect(stdout).toMatch(/^ {2}client_secret +\(set\)$/m);
    expect(stdout).toMatch(/^ {2}scope +orders:read orders:write$/m);
    const key = JSON.parse((await run('credentials show checkout/reports-api --json')).stdout);
    expect(key).toMatchObject({
      secret_members: ['private_key_jwk'],
      document: { client_id: 'checkout-reports' },
    });
  });

  it('tests a document, and the token is revoked afterwards', async () => {
    const { stdout, code } = await run('credentials test checkout/orders-api --json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      credential: 'checkout/orders-api',
      passed: true,
      issuer: system.authorizationServer.issuer,
      token_endpoint_auth_method: 'client_secret_basic',
      token: { scope: 'orders:read', expires_in: expect.any(Number) },
      revocation: 'unsupported',
    });
    const refused = await run('credentials test inventory/stale-api');
    expect(refused).toMatchObject({
      code: 8,
      stderr: expect.stringMatching(
        /No token can be obtained with the document: .*\(credential_refused\)\n {2}\S/,
      ),
    });
  });

  it('drops cached tokens by raising the epoch', async () => {
    const { stdout } = await run('credentials bump-epoch checkout/orders-api --json');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'epoch 1', version: expect.any(String) });
    expect(documentOf('checkout/orders-api')).toMatchObject({ epoch: 1 });
  });

  it('stores a document only if it obtains a token', async () => {
    const file = path.join(folder, 'document.json');
    const good = { ...documentOf('checkout/orders-api'), default_scope: 'orders:write' };
    await writeFile(file, JSON.stringify({ ...good, client_secret: 'canary-of-a-wrong-secret' }));
    const put = `credentials put checkout/orders-api --file ${file}`;
    expect(await run(put)).toMatchObject({
      code: 8,
      stdout: expect.stringContaining('checkout/orders-api is not stored'),
      stderr: expect.stringContaining('(credential_refused)'),
    });
    expect(documentOf('checkout/orders-api')).toMatchObject({ default_scope: 'orders:read' });
    await writeFile(file, JSON.stringify(good));
    expect(await run(put)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^checkout\/orders-api replaced: version/),
    });
    expect(documentOf('checkout/orders-api')).toEqual(good);
  });

  it('sees the error of a server that fails, and nothing of one that fails once', async () => {
    const { faults } = system.authorizationServer;
    faults.set('token', { kind: 'response', status: 503, times: 1 });
    expect(await run('credentials test checkout/orders-api')).toMatchObject({ code: 0 });
    faults.set('token', { kind: 'response', status: 503 });
    expect(await run('credentials test checkout/orders-api')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('(upstream_unavailable)'),
    });
    faults.clear();
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

  it('sees which AWS identity is missing', async () => {
    const denied = await run('credentials show checkout/orders-api', {
      more: { AWS_ACCESS_KEY_ID: 'LOCALNOBODY', AWS_SECRET_ACCESS_KEY: 'made-up' },
    });
    expect(denied).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(signature_refused)'),
    });
  });
});

describe('whoever is on call', () => {
  it('disables a credential, and nobody gets a token', async () => {
    await vend('checkout/orders-api');
    const stopped = await run('credentials disable checkout/orders-api', { caller: 'on-call' });
    expect(stopped.stdout).toMatch(/^checkout\/orders-api disabled: version \S+\n$/);
    expect(stopped.stderr).toMatch(/within 60 s/);
    await system.function.restart();
    await expect(vend('checkout/orders-api')).rejects.toMatchObject({
      code: 'credential_disabled',
    });
  });

  it('leaves it to the lead of the team to enable it again', async () => {
    const refused = await run('credentials enable checkout/orders-api', { caller: 'on-call' });
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('(policy_denied)') });
    await run('credentials enable checkout/orders-api', { caller: 'checkout-lead' });
    await system.function.restart();
    expect(await vend('checkout/orders-api')).toMatchObject({ source: 'minted' });
  });
});

describe('the lead of a team', () => {
  const lead = { caller: 'checkout-lead' };

  it('stores a secret that the server issued', async () => {
    const edit = 'credentials edit checkout/orders-api --set-file client_secret=-';
    const before = versionAt('checkout/orders-api', 'AWSCURRENT');
    const wrong = await run(edit, { ...lead, input: 'canary-of-a-mistyped-secret\n' });
    expect(wrong.code).toBe(8);
    expect(versionAt('checkout/orders-api', 'AWSCURRENT')?.id).toBe(before?.id);

    const next = randomBytes(24).toString('hex');
    system.guard(next);
    const client = system.authorizationServer.find('checkout-orders');
    if (client === undefined) throw new Error('the server does not know the client');
    system.authorizationServer.register({ ...client, client_secret: next });
    const stored = await run(edit, { ...lead, input: `${next}\n` });
    expect(stored).toMatchObject({ code: 0, stdout: expect.stringMatching(/changed: version/) });
    expect(documentOf('checkout/orders-api')).toMatchObject({ client_secret: next, epoch: 1 });
    expect(versionAt('checkout/orders-api', 'AWSPREVIOUS')?.id).toBe(before?.id);
    expect(await vend('checkout/orders-api')).toMatchObject({ token_type: 'Bearer' });
  });

  it('rotates a secret, and sees each step', async () => {
    const before = documentOf('checkout/orders-api').client_secret;
    const rotated = await run('credentials rotate checkout/orders-api', lead);
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/rotated: version/) });
    expect(rotated.stderr).toMatch(/ {2}step finish done at /);
    expect(documentOf('checkout/orders-api').client_secret).not.toBe(before);
    await system.function.restart();
    expect(await vend('checkout/orders-api')).toMatchObject({ source: 'minted' });
  });

  it('sees at which step a rotation failed, why, and what to do', async () => {
    system.authorizationServer.faults.set('token', { kind: 'response', status: 503 });
    const { code, stderr } = await run('credentials rotate checkout/orders-api', lead);
    system.authorizationServer.faults.clear();
    expect(code).toBe(10);
    expect(stderr).toMatch(/failed at the step create: .*\(upstream_unavailable\)\n {2}\S/);
    expect((await run('credentials show checkout/orders-api', lead)).stdout).toMatch(
      /step create failed at /,
    );
    await system.function.restart();
    expect(await vend('checkout/orders-api')).toMatchObject({ source: 'minted' });
  });

  it('deletes a credential and takes that back', async () => {
    await run('credentials delete checkout/orders-api --yes', lead);
    await system.function.restart();
    await expect(vend('checkout/orders-api')).rejects.toMatchObject({ code: 'credential_unknown' });
    await run('credentials restore checkout/orders-api', lead);
    await system.function.restart();
    expect(await vend('checkout/orders-api')).toMatchObject({ source: 'minted' });
  });

  it('changes no credential of another team', async () => {
    const edit = 'credentials edit payments/ledger-api --set scope=a --if-version 1';
    expect(await run(edit, lead)).toMatchObject({ code: 3 });
  });
});

it('no output has a secret', async () => {
  const secrets = [documentOf('checkout/orders-api').client_secret, 'canary-of-a'];
  expect(findCanaries(written.join('\n'), secrets)).toEqual([]);
  expect(written.join('').length).toBeGreaterThan(1_000);
  expect(await readFile(path.join(folder, 'document.json'), 'utf8')).toContain('client_secret');
});
