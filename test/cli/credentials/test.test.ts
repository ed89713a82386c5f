import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { findCanaries } from '../../support/canary-search.ts';
import { DOCUMENT, SECRET_CANARY, TOKEN_CANARY } from '../../support/fake-ports.ts';
import {
  openRegistryEndpoint,
  type RegistryEndpoint,
  refusal,
} from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;
const written: string[] = [];

beforeEach(async () => {
  registry = await openRegistryEndpoint();
  await registry.world.register();
});
afterEach(async () => {
  await registry.close();
  expect(findCanaries(written.join('\n'), [SECRET_CANARY, TOKEN_CANARY])).toEqual([]);
});

async function test(...flags: string[]) {
  const ran = await registry.run('credentials', 'test', NAME, ...flags);
  written.push(ran.stdout, ran.stderr);
  return ran;
}

describe('credentials test', () => {
  it('shows what each stage found, and the token in a few lines', async () => {
    registry.script = () => ({
      status: 200,
      json: {
        credential: NAME,
        passed: true,
        version_id: 'v1',
        issuer: 'https://i',
        token_endpoint_auth_method: 'client_secret_basic',
        stages: {
          metadata: { found_at: ['https://i/m'], issuer: 'https://i', token_endpoint: 'https://t' },
          claims: { iss: 'https://i', aud: ['a', 'b'], exp: 1_795_000_000, client_id: 'c' },
        },
        token: { expires_in: 60, scope: 'a', implicit_scope: 'b', audience: [], sha256: 'f00' },
        revocation: 'revoked',
      },
    });
    const { stdout, stderr, code } = await test();
    expect([code, stderr]).toEqual([undefined, '']);
    expect(stdout).toBe(`${NAME} works
  metadata  https://i/m
            issuer https://i
            token_endpoint https://t
  claims    iss https://i
            aud a b
            exp 1795000000 (2026-11-18T11:06:40.000Z)
            scope -
            client c
  lifetime  60 s
  scope     a
  implicit  b
  audience  -
  token     revoked
`);
  });

  it('says what became of the token', async () => {
    registry.world.server.revocation = 'unsupported';
    expect((await test()).stdout).toContain('discarded; the server does not revoke such tokens');
    registry.world.server.revocation = new Error('no');
    expect((await test()).stdout).toContain('discarded; the revocation failed');
  });

  it('has the response of the registry as JSON', async () => {
    const { stdout } = await test('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      credential: NAME,
      passed: true,
      issuer: DOCUMENT.issuer,
      stages: { metadata: { issuer: DOCUMENT.issuer } },
      token: { scope: expect.any(String), sha256: expect.any(String) },
    });
    expect(registry.requests).toEqual([`POST ${PATH}/test`]);
  });

  it('shows the stages up to the one that failed, and ends with the code of the error', async () => {
    registry.world.server.token = new VendError('credential_refused');
    const { stdout, stderr, code } = await test();
    expect(code).toBe(8);
    expect(stdout).toMatch(
      /^checkout\/orders-api does not work\n(?: {2}.*\n)* {2}failed {4}request \(/,
    );
    expect(stderr).toMatch(
      /No token can be obtained with the document: .*\(credential_refused\)\n {2}\S/,
    );
    const json = await test('--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      passed: false,
      failed_stage: 'request',
      error: { code: 'credential_refused', advice: expect.any(String) },
    });
  });

  it('shows a change of the document that may help, and the code of a later version', async () => {
    const suggestions = { token_endpoint_auth_method: 'client_secret_post' };
    registry.script = () => ({
      status: 200,
      json: {
        credential: NAME,
        passed: false,
        issuer: 'https://i',
        token_endpoint_auth_method: 'client_secret_basic',
        error: { code: 'of_a_later_version', message: 'It failed.', advice: 'Do.', suggestions },
      },
    });
    const { stdout, stderr, code } = await test();
    expect(code).toBe(8);
    expect(stdout).toContain(
      'possible change of the document: "token_endpoint_auth_method": "client_secret_post"',
    );
    expect(stderr).toContain('It failed. (of_a_later_version)\n  Do.');
  });

  it('says that the registry itself fails', async () => {
    registry.script = () => refusal(403, 'policy_denied');
    expect(await test()).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('(policy_denied)'),
    });
  });
});
