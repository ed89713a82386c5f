import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatProgress, PROGRESS_TAG } from '../../../lib/credential/rotation-progress.ts';
import { jsonToDynamic } from '../../../provider/framework/values/json-dynamic.ts';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { credentialSchema } from '../../../provider/tokenvending/credential-schema.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ADMIN, NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';
import { readWire } from '../framework/support/wire-value.ts';
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

async function applied(prior: ValueRecord | null, config: ValueRecord | null) {
  const { state, said } = await runs.apply(prior, config);
  expect(said).toEqual([]);
  return state as ValueRecord;
}

describe('a credential', () => {
  it('is registered, and its state has no secret', async () => {
    const state = await applied(null, CONFIG);
    expect(registry.requests).toEqual(['PUT *']);
    expect(world.stored()).toMatchObject({ client_secret: 'fake-secret-0001' });
    expect(world.server.tokenRequests).toBe(1);
    expect(state).toMatchObject({
      id: 'checkout/orders-api',
      version_id: world.secrets.find(NAME)?.versions[0]?.id,
      secret_members: ['client_secret'],
      client_secret: null,
      status: 'enabled',
    });
  });

  it('is replaced only if its name changes', async () => {
    const prior = await applied(null, CONFIG);
    const replacing = async (change: ValueRecord) => {
      const { requiresReplace } = await runs.plan(prior, { ...CONFIG, ...change });
      return requiresReplace.map(({ steps }) => steps[0]?.selector.value);
    };
    expect(await replacing({ credential: 'support/other-api' })).toEqual(['credential']);
    const rest = {
      issuer: 'https://other.example.com',
      client_id: 'other',
      token_endpoint_auth_method: 'client_secret_post',
      secret_version: '2',
      scope: ['a'],
      default_scope: ['a'],
      audience: ['https://a.example.com'],
      resource: ['https://r.example.com'],
      token_endpoint: 'https://other.example.com/token',
      jwks_uri: 'https://other.example.com/keys',
      token_sharing: 'per_session',
      status: 'disabled',
      epoch: 1,
      test_on_change: false,
      recovery_window_in_days: 7,
    };
    expect(await replacing(rest)).toEqual([]);
  });

  it('is changed in place, based on the version in the state, without its secret', async () => {
    const prior = await applied(null, CONFIG);
    const config = { ...CONFIG, client_secret: 'fake-secret-0002', scope: ['orders:read'] };
    const state = await applied(prior, config);
    expect(registry.requests).toEqual(['PUT *', `PUT "${prior['version_id']}"`]);
    expect(state['version_id']).not.toBe(prior['version_id']);
    expect(world.stored()).toMatchObject({
      scope: 'orders:read',
      client_secret: 'fake-secret-0001',
    });
  });

  it('gets the secrets of the configuration if secret_version changes', async () => {
    const token = 'fake-registration-token';
    const prior = await applied(null, { ...CONFIG, registration_access_token: token });
    expect(prior['secret_members']).toEqual(['client_secret', 'registration_access_token']);
    const changed = { client_secret: 'fake-secret-0002', secret_version: '2' };
    const state = await applied(prior, { ...CONFIG, ...changed });
    expect(world.stored()).toMatchObject({ client_secret: 'fake-secret-0002' });
    expect(state['secret_members']).toEqual(['client_secret']);
  });

  it.each([{ status: 'disabled' }, { epoch: 3 }, { status: 'disabled', epoch: 4 }])(
    'is switched if only status and epoch change: %p',
    async (change) => {
      const prior = await applied(null, CONFIG);
      world.policy.allowed = new Set(
        ['switchCredential', 'describeCredential'].map((action) => `${action} checkout/orders-api`),
      );
      expect(await applied(prior, { ...CONFIG, ...change })).toMatchObject(change);
      expect(registry.requests.at(-1)).toBe(`PATCH "${prior['version_id']}"`);
      expect(world.stored()).toMatchObject({ ...change, client_secret: 'fake-secret-0001' });
    },
  );

  it('needs no request if nothing of its document changes', async () => {
    const prior = await applied(null, CONFIG);
    const config = { ...CONFIG, recovery_window_in_days: 7, test_on_change: false };
    expect(await applied(prior, config)).toMatchObject({
      recovery_window_in_days: 7,
      version_id: prior['version_id'],
    });
    expect(registry.requests).toEqual(['PUT *']);
  });

  it('is stored without a test if test_on_change is false', async () => {
    world.server.token = new Error('down');
    const prior = await applied(null, { ...CONFIG, test_on_change: false });
    await applied(prior, { ...CONFIG, test_on_change: false, scope: ['a'] });
    expect(registry.requests.map((request) => request.split(' ')[1])).toEqual([
      '?test=skip',
      '?test=skip',
    ]);
    expect(world.server.tokenRequests).toBe(0);
  });

  it('has the values of its version if the caller may not describe it', async () => {
    world.policy.allowed = new Set(['registerCredential checkout/orders-api']);
    expect(await applied(null, CONFIG)).toMatchObject({
      id: 'checkout/orders-api',
      version_id: expect.stringMatching(/./),
      secret_members: null,
    });
  });
});

describe('a refresh', () => {
  it('shows what somebody else changed', async () => {
    const prior = await applied(null, CONFIG);
    const changes = { epoch: 7, audience: ['https://elsewhere.example.com'] };
    const headers = { 'if-match': '*' };
    await world.send('PATCH', PATH, { body: changes, headers });
    const { state } = await runs.read(prior);
    expect(state).toMatchObject(changes);
    expect(state?.['version_id']).not.toBe(prior['version_id']);
    await applied(state, { ...CONFIG, audience: null });
    expect(world.stored()).not.toHaveProperty('audience');
  });

  it('shows a switch as a change only if the configuration has another value', async () => {
    const prior = await applied(null, { ...CONFIG, status: 'enabled' });
    const body = { status: 'disabled', epoch: 7 };
    await world.send('PATCH', PATH, { body, headers: { 'if-match': '*' } });
    const { state } = await runs.read(prior);
    const { plannedState } = await runs.plan(state, CONFIG);
    expect(readWire(credentialSchema, plannedState)).toEqual(state);
    await applied(state, { ...CONFIG, scope: ['a'] });
    expect(world.stored()).toMatchObject(body);
    const lowered = await runs.apply((await runs.read(prior)).state, { ...CONFIG, epoch: 6 });
    expect(lowered.said).toEqual([expect.stringMatching(/epoch must be at least 7/)]);
    expect(lowered.at).toEqual(['epoch']);
  });

  it('removes a credential from the state only if the registry says that it is gone', async () => {
    const prior = await applied(null, CONFIG);
    world.policy.allowed = new Set();
    expect(await runs.read(prior)).toEqual({
      state: prior,
      said: [
        expect.stringMatching(
          /^checkout\/orders-api cannot be read: policy_denied: .*describeCredential/s,
        ),
      ],
    });
    world.policy.allowed = new Set(['*']);
    await world.send('DELETE', PATH, { headers: { 'if-match': '*' } });
    expect(await runs.read(prior)).toEqual({ state: null, said: [] });
  });

  it('warns of a rotation that failed', async () => {
    const prior = await applied(null, CONFIG);
    const value = formatProgress({
      step: 'set',
      code: 'policy_denied',
      versionId: 'v'.repeat(32),
      at: 1e12,
    });
    await world.secrets.tag(
      NAME,
      { [PROGRESS_TAG]: value },
      { signal: new AbortController().signal },
    );
    const { state, said } = await runs.read(prior);
    expect(state).toEqual(prior);
    expect(said).toEqual([
      expect.stringMatching(
        /^The last rotation of checkout\/orders-api failed at the step set: No policy allows/,
      ),
    ]);
  });

  it('warns of a document that another program broke', async () => {
    const prior = await applied(null, CONFIG);
    const options = { signal: new AbortController().signal };
    const broken = { text: 'no JSON', stage: 'AWSCURRENT', versionId: 'v'.repeat(32) } as const;
    await world.secrets.put(NAME, broken, options);
    const { state, said } = await runs.read(prior);
    expect(said).toEqual([expect.stringMatching(/is invalid: .*Change secret_version/)]);
    const { said: errors } = await runs.apply(state, CONFIG);
    expect(errors).toEqual([
      expect.stringMatching(/request_malformed: .*client_secret is missing.*secret_version/s),
    ]);
    await applied(state, { ...CONFIG, secret_version: '2' });
    expect(world.stored()).toMatchObject({ client_secret: 'fake-secret-0001' });
  });
});

const DIALECT: ValueRecord = {
  token_endpoint_auth_method: 'client_secret_jwt',
  client_assertion_audience: 'token_endpoint',
  grant_type: 'account_credentials',
  token_parameters: jsonToDynamic({ account_id: 'a', tag: ['b', 'c'] }),
  scope: ['orders:read'],
  implicit_scope: ['email', 'profile'],
  revocation_endpoint: 'https://auth.example.com/revoke',
  introspection_endpoint: 'https://auth.example.com/introspect',
  access_token_format: 'opaque',
  access_token_issuer: 'https://sts.example.com/',
  access_token_lifetime: 3600,
};

describe('the keys of a document', () => {
  it('are attributes, and absent ones are not written', async () => {
    await applied(null, { ...CONFIG, ...DIALECT });
    expect(world.stored()).toEqual({
      issuer: 'https://auth.example.com',
      client_id: 'orders',
      client_secret: 'fake-secret-0001',
      token_endpoint_auth_method: 'client_secret_jwt',
      client_assertion_audience: 'token_endpoint',
      grant_type: 'account_credentials',
      token_parameters: { account_id: 'a', tag: ['b', 'c'] },
      scope: 'orders:read',
      implicit_scope: 'email profile',
      revocation_endpoint: 'https://auth.example.com/revoke',
      introspection_endpoint: 'https://auth.example.com/introspect',
      access_token_format: 'opaque',
      access_token_issuer: 'https://sts.example.com/',
      access_token_lifetime: 3600,
      profile: 'generic',
    });
  });

  it('are read again without a difference', async () => {
    const state = await applied(null, { ...CONFIG, ...DIALECT });
    const { state: read } = await runs.read(state);
    expect(read).toEqual(state);
    const { plannedState } = await runs.plan(read, { ...CONFIG, ...DIALECT });
    expect(readWire(credentialSchema, plannedState)).toEqual(state);
  });

  it('are removed from the document with their attributes', async () => {
    const prior = await applied(null, { ...CONFIG, ...DIALECT });
    const removed = { ...DIALECT, token_parameters: null, access_token_format: null };
    await applied(prior, { ...CONFIG, ...removed });
    expect(world.stored()).not.toHaveProperty('token_parameters');
    expect(world.stored()).not.toHaveProperty('access_token_format');
  });

  it('have a schedule of their rotation', async () => {
    await world.registerAdmin();
    const rotation = { recipe: 'keycloak', admin_credential: ADMIN, every: '30d' };
    const config = { ...CONFIG, rotation: jsonToDynamic(rotation) };
    const state = await applied(null, config);
    expect(world.stored()).toMatchObject({ rotation });
    expect(world.secrets.find(NAME)?.rotation).toMatchObject({ schedule: 'rate(30 days)' });
    expect((await runs.read(state)).state).toEqual(state);
  });

  it.each([
    ['access_token_format', 'paper', 'must be auto, opaque or jwt'],
    ['access_token_lifetime', 0, 'must be a whole number of seconds from 1'],
    ['grant_type', 'a b', 'must be a name'],
    ['token_parameters', jsonToDynamic({ scope: 'a' }), 'must not have grant_type, scope'],
    ['token_parameters', jsonToDynamic({ account_id: 5 }), 'must be an object'],
    ['token_endpoint_auth_method', 'none', 'must be client_secret_basic'],
    ['implicit_scope', ['a"b'], 'must be scopes'],
    ['client_secret', 'fake-secret\n', 'must not end with a control character'],
    ['recovery_window_in_days', 0, 'must be a whole number from 7 to 30'],
  ] as const)(
    'have the rules of the document, at their attribute: %s',
    async (name, value, rule) => {
      const config = { ...CONFIG, [name]: value };
      expect(await runs.validate(config as ValueRecord)).toEqual(
        [`${name} is not valid: ${name} ${rule}`].map((start) => expect.stringContaining(start)),
      );
    },
  );
});
