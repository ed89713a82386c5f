import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { putDocument } from '../../../local/seed.ts';
import { findCanaries } from '../../support/canary-search.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
import { type Ran, runCommand } from '../../support/run-command.ts';
import { type ScriptedIssuer, startScriptedIssuer } from '../../support/scripted-issuer.ts';

const SECRET = 'canary-client-secret-0004';
let world: OperatorWorld;
let issuer: ScriptedIssuer;
const written: string[] = [];

beforeAll(async () => {
  [world, issuer] = await Promise.all([openOperatorWorld(), startScriptedIssuer()]);
  // The AWS SDK reads them from the process, of which Jest gives each file its own.
  Object.assign(process.env, world.environment);
});
afterEach(() => {
  expect(findCanaries(written.join('\n'), [SECRET, ...issuer.issued])).toEqual([]);
  written.splice(0);
  issuer.reset();
});
afterAll(async () => {
  await issuer.close();
  await world.close();
});

const documentOf = (more: object) => ({
  issuer: issuer.url,
  client_id: 'client-1',
  client_secret: SECRET,
  scope: 'orders:read',
  default_scope: 'orders:read',
  ...more,
});

async function run(...argv: string[]): Promise<Ran> {
  const ran = await runCommand(argv, world.environment);
  written.push(ran.stdout, ran.stderr);
  return ran;
}

async function test(more: object = {}, ...flags: string[]): Promise<Ran> {
  await putDocument(world.manager.store, 'support/crm-api', documentOf(more));
  return await run('credentials', 'test', 'support/crm-api', ...flags);
}

async function testJson(more: object = {}) {
  const { stdout, ...ran } = await test(more, '--json');
  return { ...ran, json: JSON.parse(stdout) };
}

describe('credentials test', () => {
  it('shows what each stage found, and the token in a few lines', async () => {
    issuer.script.claims = { aud: 'https://orders.example.com', scope: ['orders:read', 'email'] };
    issuer.script.metadata = {
      revocation_endpoint: `${issuer.url}/revoke`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: [],
    };
    const audience = 'https://orders.example.com';
    const more = { audience, implicit_scope: 'email', token_parameters: { tag: ['a', 'b'] } };
    const { stdout, stderr, code } = await test(more);
    expect([code, stderr]).toEqual([undefined, '']);
    const lines = stdout
      .replaceAll(issuer.url, 'SERVER')
      .replace(/exp \d+ \(.*?\)/, 'exp TIME')
      .replace(/lifetime {2}\d+/, 'lifetime  SECONDS');
    expect(lines).toBe(`support/crm-api works
  metadata  SERVER/.well-known/openid-configuration
            issuer SERVER
            token_endpoint SERVER/token
            jwks_uri SERVER/jwks
            revocation_endpoint SERVER/revoke
            methods that it lists: none
            grants that it lists: client_credentials
  request   POST SERVER/token
            authentication client_secret_basic
            grant_type=client_credentials
            scope=orders:read
            audience=https://orders.example.com
            tag=a
            tag=b
  response  status 200: access_token (string), token_type (string), expires_in (number)
            token_type Bearer
            expires_in 3600
  keys      SERVER/jwks
            the token has alg ES256, kid key-1
            keys that are published: key-1
  claims    iss SERVER
            aud https://orders.example.com
            exp TIME
            scope orders:read email
            client client-1
  lifetime  SECONDS s
  scope     orders:read
  implicit  email
  audience  https://orders.example.com
  token     revoked
`);
  });

  it('says that the server does not revoke tokens, or did not revoke this one', async () => {
    expect((await test()).stdout).toContain('discarded; the server does not revoke such tokens');
    issuer.script.metadata = { revocation_endpoint: `${issuer.url}/revoke` };
    issuer.script.revocationStatus = 400;
    const { json } = await testJson();
    expect(json).toMatchObject({ revoked: false, revocation: 'failed' });
  });

  it('shows an opaque token, metadata of the document, and the audience of the assertion', async () => {
    issuer.script.claims = undefined;
    issuer.script.metadata = { issuer: undefined };
    const token_endpoint = `${issuer.url}/token`;
    const method = { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint };
    const { stdout } = await test(method);
    expect(stdout).toContain('metadata  from the document\n');
    expect(stdout).toContain(`aud of the assertion ${issuer.url}\n`);
    expect(stdout).not.toMatch(/^ {2}(keys|claims)/m);
    expect(stdout).toContain('audience  -\n');
  });

  it.each<[string, object, object, string, string, object]>([
    [
      'metadata of another issuer',
      { metadata: { issuer: 'https://elsewhere.example.com' } },
      {},
      'metadata',
      'upstream_invalid',
      { issuer: 'https://elsewhere.example.com' },
    ],
    [
      'a token endpoint on another host',
      { metadata: { token_endpoint: 'https://tokens.example.net/token' } },
      {},
      'metadata',
      'upstream_invalid',
      { token_endpoint: 'https://tokens.example.net/token' },
    ],
    [
      'a client that the server does not know',
      { status: 401, response: { error: 'invalid_client' } },
      { token_endpoint_auth_method: 'client_secret_jwt' },
      'request',
      'credential_refused',
      { client_assertion_audience: 'token_endpoint' },
    ],
    [
      'an audience that the server does not permit',
      { status: 400, response: { error: 'invalid_request' } },
      {},
      'request',
      'upstream_invalid',
      {},
    ],
    [
      'another type of token',
      { response: { token_type: 'mac' } },
      {},
      'response',
      'token_unacceptable',
      {},
    ],
    [
      'a key that is not published',
      { publishedKid: 'key-2' },
      {},
      'keys',
      'upstream_unavailable',
      { access_token_format: 'opaque' },
    ],
    [
      'scopes that were not requested',
      { claims: { scope: 'profile orders:read email' } },
      { implicit_scope: 'roles' },
      'checks',
      'token_unacceptable',
      { implicit_scope: 'email profile roles' },
    ],
    [
      'another iss',
      { claims: { iss: 'https://sts.example.com/' } },
      {},
      'checks',
      'token_unacceptable',
      { access_token_issuer: 'https://sts.example.com/' },
    ],
  ])('of %s stops at that stage, and names the change that may help', async (...row) => {
    const [, script, more, stage, code, suggestions] = row;
    Object.assign(issuer.script, script);
    const { json, stderr, code: exit } = await testJson(more);
    expect(exit).toBe(8);
    expect(json).toMatchObject({
      credential: 'support/crm-api',
      failed_stage: stage,
      error: { code, message: expect.any(String), advice: expect.any(String), suggestions },
    });
    expect(json.error.suggestions).toEqual(suggestions);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'command_failed', exit_code: 8 } });
    const reached = { metadata: 0, request: 2, response: 3, keys: 4, checks: 5 }[stage] ?? -1;
    expect(Object.keys(json.stages).length).toBeGreaterThanOrEqual(reached);
  });

  it('shows the stages up to the failed one, and a line to put into the document', async () => {
    issuer.script.claims = { scope: 'profile orders:read' };
    const { stdout, stderr, code } = await test();
    expect(code).toBe(8);
    expect(stdout).toMatch(/^support\/crm-api does not work\n {2}metadata /);
    expect(stdout).toMatch(/\n {2}claims {4}iss .*\n[\s\S]*\n {2}failed {4}checks \(token_unac/);
    expect(stderr).toMatch(/the server added profile\. \(token_unacceptable\)\n {2}If the server/);
    expect(stderr).toContain('\n  possible change of the document: "implicit_scope": "profile"\n');
  });

  it('suggests nothing that the document has already', async () => {
    Object.assign(issuer.script, { status: 401, response: { error: 'invalid_client' } });
    const token_endpoint_auth_method = 'client_secret_jwt';
    const more = { client_assertion_audience: 'token_endpoint', token_endpoint_auth_method };
    expect((await testJson(more)).json.error.suggestions).toEqual({});
  });

  it('prints no control character and no secret that a server sends', async () => {
    issuer.script.response = {
      scope: `orders:read`,
      token_type: `\u001b[31m${SECRET}\u202e`,
      'evil\u0007name': 1,
    };
    const { stdout, stderr } = await test();
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
    expect(stdout).toContain('token_type  [31m(secret) \n');
    const { stdout: json } = await test({}, '--json');
    expect(json).not.toMatch(/\\u001b|\u202e/);
  });
});

describe('credentials put --verify', () => {
  async function put(more: object, ...flags: string[]): Promise<Ran> {
    const file = path.join(world.folder, 'document.json');
    await writeFile(file, JSON.stringify(documentOf(more)));
    return await run('credentials', 'put', 'support/new-api', '--file', file, ...flags);
  }

  it('stores nothing if a stage fails, and shows the stages', async () => {
    issuer.script.claims = { iss: 'https://sts.example.com/' };
    const { stdout, stderr, code } = await put({}, '--verify');
    expect(code).toBe(8);
    expect(stdout).toMatch(/^support\/new-api is not stored\n {2}metadata [\s\S]* {4}checks \(/);
    expect(stderr).toContain('"access_token_issuer": "https://sts.example.com/"');
    expect(world.manager.store.find('token-vending/support/new-api')).toBeUndefined();
  });

  it('stores the document and shows the stages, as text and as JSON', async () => {
    const { stdout } = await put({}, '--verify');
    expect(stdout).toMatch(/^support\/new-api created: version \S+\n {2}metadata [\s\S]*discarded/);
    const { stdout: json } = await put({}, '--verify', '--json');
    expect(JSON.parse(json)).toMatchObject({
      outcome: 'replaced',
      scope: 'orders:read',
      stages: { request: { grant_type: 'client_credentials' }, keys: { kid: 'key-1' } },
    });
  });

  it('shows no stage without --verify', async () => {
    expect((await put({})).stdout).toMatch(/^support\/new-api replaced: version \S+\n$/);
  });
});
