import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';
import { ORDERS as CONFIG, CredentialRuns } from './support/credential-runs.ts';
import { RegistryOverHttp } from './support/registry-over-http.ts';

let world: RegistryWorld;
let registry: RegistryOverHttp;
let runs: CredentialRuns;

beforeEach(() => {
  world = new RegistryWorld();
  registry = new RegistryOverHttp(world);
  runs = new CredentialRuns(registry, new FakeClock());
});

async function created(): Promise<ValueRecord> {
  const { state, said } = await runs.apply(null, CONFIG);
  expect(said).toEqual([]);
  return state as ValueRecord;
}

const failure = (status: number, code: string, text: string) => ({
  status,
  headers: {},
  body: JSON.stringify({
    error: 'server_error',
    error_description: text,
    code,
    advice: 'Do something.',
    request_id: 'r-7',
  }),
});

describe('an error of the registry', () => {
  it.each([
    ['token_endpoint', { token_endpoint: 'http://127.0.0.1:9/token' }, /token_endpoint must be/],
    ['profile', { profile: 'unheard-of' }, /profile must be one of/],
    ['scope', { scope: ['fake-secret-0001'] }, /scope must not contain a private key, a token/],
    ['default_scope', { default_scope: ['a'] }, /default_scope must be within scope/],
    [
      'assertion_kms_key_id',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        client_assertion_source: 'document',
        client_secret: null,
        private_key_jwk: null,
        assertion_kms_key_id: 'a1b2',
      },
      /kms_key_id must be absent/,
    ],
  ] as const)('is at the attribute that it names: %s', async (attribute, change, text) => {
    const { state, said, at } = await runs.apply(null, { ...CONFIG, ...change } as ValueRecord);
    expect(state).toBeNull();
    expect(said).toEqual([expect.stringMatching(text)]);
    if (attribute !== 'assertion_kms_key_id') expect(at).toEqual([attribute]);
    expect(world.secrets.find(NAME)).toBeUndefined();
  });

  it('says that somebody else changed the credential', async () => {
    const prior = await created();
    await world.send('PATCH', PATH, { body: { epoch: 1 }, headers: { 'if-match': '*' } });
    const { state, said, at } = await runs.apply(prior, { ...CONFIG, scope: ['a'] });
    expect(said).toEqual([
      expect.stringMatching(
        /^checkout\/orders-api is not changed: version_conflict: .*terraform plan again/s,
      ),
    ]);
    expect(at).toEqual(['credential']);
    expect(state).toEqual(prior);
    expect(world.stored()).toMatchObject({ epoch: 1 });
  });

  it('says that a change of the server needs the secret, too', async () => {
    const prior = await created();
    const config = { ...CONFIG, issuer: 'https://other.example.com' };
    const { said, at } = await runs.apply(prior, config);
    expect(said).toEqual([
      expect.stringMatching(/client_secret must be sent too: .*Change secret_version/s),
    ]);
    expect(at).toEqual(['client_secret']);
  });

  it('has the stage of a test, its advice, a change that may help, and how to skip it', async () => {
    world.server.token = () => ({
      access_token: 'fake-token',
      expires_in: 60,
      scope: 'a email profile',
    });
    const config = { ...CONFIG, scope: ['a'], default_scope: ['a'] };
    const { said, at } = await runs.apply(null, config);
    expect(said).toEqual([
      expect.stringMatching(
        /at the stage checks: .*implicit_scope = \["email","profile"\].*test_on_change = false/s,
      ),
    ]);
    expect(at).toEqual(['issuer']);
  });

  it.each([
    ['credential_refused', 502, 'client_id'],
    ['scope_refused', 400, undefined],
    ['policy_denied', 403, 'credential'],
  ] as const)('is at the attribute of its code: %s', async (code, status, attribute) => {
    registry.instead.set('PUT', failure(status, code, 'No.'));
    const { said, at } = await runs.apply(null, CONFIG);
    expect(said).toEqual([
      expect.stringMatching(/: No\.\n\nDo something\.\n\nRequest id: r-7\. More: /),
    ]);
    expect(at).toEqual([attribute]);
  });

  it.each(['secrets_unavailable', 'audit_unavailable', 'internal'])(
    'says that the change may have been carried out: %s',
    async (code) => {
      registry.instead.set('PUT', failure(503, code, 'No.'));
      const { said } = await runs.apply(null, CONFIG);
      expect(said).toEqual([expect.stringMatching(/may have been carried out/)]);
    },
  );

  it('says nothing of a change if it is one of a read', async () => {
    const prior = await created();
    registry.instead.set('GET', failure(503, 'secrets_unavailable', 'No.'));
    const { state, said } = await runs.read(prior);
    expect(said).toEqual([expect.not.stringContaining('carried out')]);
    expect(state).toEqual(prior);
  });
});
