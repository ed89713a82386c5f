import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LoopbackServer, listenOnLoopback } from '../../../local/loopback-server.ts';
import { type KmsService, startKmsService } from '../../support/kms-service.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
import { runCommand } from '../../support/run-command.ts';
import { type ScriptedIssuer, startScriptedIssuer } from '../../support/scripted-issuer.ts';

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const NAME = 'token-vending/support/crm-api';
let world: OperatorWorld;
let issuer: ScriptedIssuer;
let kms: KmsService;
let endpoint: LoopbackServer;
/** Responses of the endpoint, in turn; the last one repeats. */
let responses: object[] = [];
let requests: URLSearchParams[] = [];

const vended = (more: object = {}) => ({
  access_token: crypto.randomUUID(),
  token_type: 'Bearer',
  expires_in: 300,
  scope: 'orders:read',
  expires_at: Math.floor(Date.now() / 1000) + 300,
  issued_at: Math.floor(Date.now() / 1000),
  source: 'minted',
  mint_id: 'm',
  vend_id: 'v',
  credential: 'support/crm-api',
  ...more,
});
const refusal = (code: string) => ({
  error: 'server_error',
  error_description: `The function says ${code}.`,
  code,
  request_id: 'r-1',
});

beforeAll(async () => {
  const server = http.createServer(async (request, response) => {
    requests.push(new URLSearchParams(await text(request)));
    const body = responses[Math.min(requests.length, responses.length) - 1] ?? {};
    response.writeHead('code' in body ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  [world, issuer, kms, endpoint] = await Promise.all([
    openOperatorWorld(),
    startScriptedIssuer(),
    startKmsService(),
    listenOnLoopback(server, 0, 'endpoint', 'nothing'),
  ]);
  // The AWS SDK reads them from the process, of which Jest gives each file its own.
  Object.assign(process.env, world.environment, { AWS_ENDPOINT_URL_KMS: kms.options.endpoint });
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...pair, keySpec: 'ECC_NIST_P256', algorithms: ['ECDSA_SHA_256'] };
  kms.keys.set(KEY, key);
  kms.keys.set('disabled', { ...key, state: 'Disabled' });
  kms.keys.set('encrypting', { ...key, usage: 'ENCRYPT_DECRYPT' });
  kms.keys.set('secg', { ...key, keySpec: 'ECC_SECG_P256K1' });
});
afterEach(async () => {
  kms.refusals.clear();
  issuer.reset();
  responses = [];
  requests = [];
  await world.manager.store.delete(NAME);
});
afterAll(async () => {
  await Promise.all([issuer.close(), kms.close(), endpoint.close()]);
  await world.close();
});

const method = { token_endpoint_auth_method: 'private_key_jwt' };
const byKms = {
  ...method,
  client_assertion_source: 'kms',
  kms_key_id: KEY,
  token_endpoint_auth_signing_alg: 'ES256',
};
const bySts = { ...method, client_assertion_source: 'aws_web_identity' };

async function put(more: object, ...flags: string[]) {
  const file = path.join(world.folder, 'document.json');
  await writeFile(file, JSON.stringify({ issuer: issuer.url, client_id: 'client-1', ...more }));
  const line = ['credentials', 'put', 'support/crm-api', '--file', file, ...flags];
  return await runCommand(line, world.environment);
}

const test = (...flags: string[]) =>
  runCommand(['credentials', 'test', 'support/crm-api', ...flags], world.environment);

const atEndpoint = () => ['--endpoint', endpoint.url, '--signing-service', 'lambda'];
const isStored = () => world.manager.store.find(NAME) !== undefined;

describe('credentials put of a document that AWS KMS signs for', () => {
  it.each([
    ['disabled', 'its state is Disabled', 'Enable the key'],
    ['encrypting', 'has usage ENCRYPT_DECRYPT', 'usage SIGN_VERIFY and spec ECC_NIST_P256'],
    ['secg', 'has spec ECC_SECG_P256K1', 'usage SIGN_VERIFY and spec ECC_NIST_P256'],
    ['absent', 'There is no KMS key absent', 'needs its ARN'],
  ])('stores nothing if the key is %s, with the remedy', async (key, reason, remedy) => {
    const { code, stderr } = await put({ ...byKms, kms_key_id: key });
    expect([code, isStored()]).toEqual([9, false]);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(remedy);
  });

  it('names the algorithms that the key can make', async () => {
    const { code, stderr } = await put({ ...byKms, token_endpoint_auth_signing_alg: 'RS256' });
    expect([code, isStored()]).toEqual([9, false]);
    expect(stderr).toContain('cannot sign with RS256');
    expect(stderr).toContain('Set token_endpoint_auth_signing_alg to ES256');
  });

  it('says that the signature of the function was not checked without an endpoint', async () => {
    const { stdout, code } = await put(byKms);
    expect(code).toBeUndefined();
    expect(stdout).toContain('not checked that the function may sign: no endpoint is known');
    expect(JSON.parse((await put(byKms, '--json')).stdout)).toMatchObject({
      outcome: 'replaced',
      function_check: 'not_checked',
    });
  });

  it('requests a token at the endpoint, so that the function must sign', async () => {
    responses = [vended()];
    const { stdout, code } = await put(byKms, ...atEndpoint());
    expect(code).toBeUndefined();
    expect(stdout).toContain('the function signed an assertion and obtained a token');
    expect(requests.map((request) => request.get('client_id'))).toEqual(['support/crm-api']);
  });

  it('requests a token that lives longer if the function has one in its cache', async () => {
    responses = [vended({ source: 'cached' }), vended()];
    const { stdout } = await put(byKms, ...atEndpoint());
    expect(stdout).toContain('the function signed an assertion');
    expect(requests.map((request) => request.get('min_ttl'))).toEqual([null, '301']);
  });

  it('says that a cached token shows nothing if no token lives longer', async () => {
    responses = [vended({ source: 'cached' }), refusal('min_ttl_unsatisfiable')];
    const { stdout, code } = await put(byKms, ...atEndpoint());
    expect(code).toBeUndefined();
    expect(stdout).toContain('whether it may sign was not checked');
  });

  it('stores the document, and fails with the text of the function if it may not sign', async () => {
    responses = [refusal('credential_invalid')];
    const { stdout, stderr, code } = await put(byKms, ...atEndpoint());
    expect([code, isStored()]).toEqual([8, true]);
    expect(stdout).toMatch(/created: version \S+\n {2}endpoint {2}the function obtained no token/);
    expect(stderr).toContain('The function says credential_invalid.');
  });

  it('shows nothing of the credential if the user may not request a token', async () => {
    responses = [refusal('policy_denied')];
    const { stdout, code } = await put(byKms, ...atEndpoint());
    expect(code).toBeUndefined();
    expect(stdout).toContain('not checked that the function may sign: The function says policy_d');
  });

  it('warns if the user may not describe the key', async () => {
    kms.refusals.set('DescribeKey', 'AccessDeniedException');
    const { stderr, code } = await put(byKms);
    expect([code, isStored()]).toEqual([undefined, true]);
    expect(stderr).toMatch(/^warning: AWS does not permit kms:DescribeKey/);
  });

  it('proves it with the permissions of the user, if they may sign', async () => {
    const { stdout, code } = await put(byKms, '--verify');
    expect(code).toBeUndefined();
    expect(stdout).toContain('authentication private_key_jwt');
  });

  it('stores nothing with --verify if only the function may sign and no endpoint is known', async () => {
    kms.refusals.set('Sign', 'AccessDeniedException');
    const { stderr, code } = await put(byKms, '--verify');
    expect([code, isStored()]).toEqual([2, false]);
    expect(stderr).toContain('Only the function can sign');
  });

  it('fails with --verify if the endpoint does not show that the function may sign', async () => {
    kms.refusals.set('Sign', 'AccessDeniedException');
    responses = [vended({ source: 'cached' }), refusal('min_ttl_unsatisfiable')];
    expect(await put(byKms, '--verify', ...atEndpoint())).toMatchObject({ code: 8 });
    requests = [];
    responses = [vended()];
    const { stdout, code } = await put(byKms, '--verify', ...atEndpoint());
    expect(code).toBeUndefined();
    expect(stdout).toContain('the function signed an assertion');
  });
});

describe('credentials test of a client without a secret', () => {
  it('signs with the permissions of the user', async () => {
    await put(byKms);
    expect((await test()).stdout).toMatch(/works\n[\s\S]*authentication private_key_jwt/);
  });

  it('uses the endpoint if the user may not sign', async () => {
    await put(byKms);
    kms.refusals.set('Sign', 'AccessDeniedException');
    responses = [vended()];
    const { stdout } = await test('--json', ...atEndpoint());
    expect(JSON.parse(stdout)).toEqual({
      credential: 'support/crm-api',
      proved_by: 'endpoint',
      source: 'minted',
      lifetime: 300,
      scope: 'orders:read',
    });
  });

  it('shows why KMS does not sign otherwise', async () => {
    await put(byKms);
    kms.refusals.set('Sign', 'DisabledException');
    const { code, stderr } = await test();
    expect(code).toBe(8);
    expect(stderr).toContain(`The KMS key ${KEY} is disabled.`);
  });

  it('never asks AWS STS for the identity of the user', async () => {
    await put(bySts);
    const before = issuer.issued.length;
    expect(await test()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Only the function can sign'),
    });
    responses = [vended({ scope: '' })];
    const { stdout } = await test(...atEndpoint());
    expect(stdout).toMatch(/works\n {2}endpoint .*signed an assertion.*\n {2}lifetime {2}300 s/);
    expect(issuer.issued).toHaveLength(before);
  });
});

describe('credentials rotate-secret', () => {
  it('refuses a client that AWS signs for, and names the way', async () => {
    await put(bySts);
    const file = path.join(world.folder, 'secret.txt');
    await writeFile(file, 'fake-secret-0009');
    const line = ['credentials', 'rotate-secret', 'support/crm-api', '--secret-file', file];
    const { code, stderr } = await runCommand(line, world.environment);
    expect(code).toBe(2);
    expect(stderr).toContain('has no secret: AWS signs for it');
  });
});
