import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../local/service-error.ts';
import { jsonToDynamic } from '../../../provider/framework/values/json-dynamic.ts';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { credentialSchema } from '../../../provider/tokenvending/credential-schema.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
import { readWire } from '../framework/support/wire-value.ts';
import { CredentialRuns } from './support/credential-runs.ts';

const NAME = 'token-vending/support/crm-api';
const CONFIG: ValueRecord = {
  credential: 'support/crm-api',
  issuer: 'https://auth.example.com',
  client_id: 'orders',
  client_secret: 'fake-secret-0001',
};

let world: OperatorWorld;
let runs: CredentialRuns;

beforeEach(async () => {
  world = await openOperatorWorld();
  runs = new CredentialRuns(world, new FakeClock());
});
afterEach(() => world.close());

const stored = () => world.manager.store.find(NAME);
const document = () =>
  JSON.parse(stored()?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.text ?? '');

async function applied(prior: ValueRecord | null, config: ValueRecord | null) {
  const { state, said } = await runs.apply(prior, config);
  expect(said).toEqual([]);
  return state as ValueRecord;
}

describe('the key of a credential', () => {
  it.each([
    ['another key', 'alias/old', 'alias/new'],
    ['a key instead of aws/secretsmanager', null, 'alias/new'],
    ['aws/secretsmanager instead of a key', 'alias/old', null],
  ])('is changed in place to %s', async (_, before, after) => {
    const prior = await applied(null, { ...CONFIG, kms_key_id: before });
    const { arn } = stored() ?? {};
    const config = { ...CONFIG, kms_key_id: after };
    expect((await runs.plan(prior, config)).requiresReplace).toEqual([]);
    const state = await applied(prior, config);
    expect(state).toMatchObject({ kms_key_id: after, arn });
    expect(stored()).toMatchObject({ arn });
    expect(stored()?.kmsKeyId).toBe(after ?? undefined);
    expect(stored()?.deletedAt).toBeUndefined();
    expect(document()).toMatchObject({ client_secret: 'fake-secret-0001' });
  });

  it('is changed together with the document, in one step', async () => {
    const prior = await applied(null, CONFIG);
    await applied(prior, { ...CONFIG, kms_key_id: 'alias/new', status: 'disabled' });
    expect(world.manager.calls.get('UpdateSecret')).toBe(1);
    expect(world.manager.calls.get('PutSecretValue')).toBeUndefined();
    expect(document()).toMatchObject({ status: 'disabled', client_secret: 'fake-secret-0001' });
  });

  it('is not part of a write that does not change it', async () => {
    const prior = await applied(null, { ...CONFIG, kms_key_id: 'alias/own' });
    await applied(prior, { ...CONFIG, kms_key_id: 'alias/own', status: 'disabled' });
    expect(world.manager.calls.get('UpdateSecret')).toBeUndefined();
    expect(stored()?.kmsKeyId).toBe('alias/own');
  });
});

describe('a credential', () => {
  it('is replaced only if its name changes', async () => {
    const prior = await applied(null, CONFIG);
    const replacing = async (change: ValueRecord) => {
      const { requiresReplace } = await runs.plan(prior, { ...CONFIG, ...change });
      return requiresReplace.map(({ steps }) => steps[0]?.selector.value);
    };
    expect(await replacing({ credential: 'support/other-api' })).toEqual(['credential']);
    expect(await replacing({ prefix: 'other/' })).toEqual(['prefix']);
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
      kms_key_id: 'alias/new',
      recovery_window_in_days: 7,
    };
    expect(await replacing(rest)).toEqual([]);
  });

  it('is created again after it was destroyed', async () => {
    const prior = await applied(null, CONFIG);
    await applied(prior, null);
    expect(stored()?.deletedAt).toBeDefined();
    const again = { ...CONFIG, client_secret: 'fake-secret-0002', kms_key_id: 'alias/own' };
    const state = await applied(null, again);
    expect(state).toMatchObject({ arn: prior['arn'], kms_key_id: 'alias/own' });
    expect(stored()?.deletedAt).toBeUndefined();
    expect(stored()?.kmsKeyId).toBe('alias/own');
    expect(document()).toMatchObject({ client_secret: 'fake-secret-0002' });
  });

  it('is created by the next apply, if the write after its restoration is refused', async () => {
    const prior = await applied(null, CONFIG);
    await applied(prior, null);
    world.manager.faults.set('UpdateSecret', new ServiceError('AccessDeniedException', 'No.'));
    const { state, said } = await runs.apply(null, CONFIG);
    expect(state).toBeNull();
    expect(said).toEqual([
      expect.stringMatching(/^Secrets Manager refused .*: AccessDeniedException: No\./),
    ]);
    expect(stored()?.deletedAt).toBeDefined();
    world.manager.faults.clear();
    await applied(null, CONFIG);
    expect(document()).toMatchObject({ client_secret: 'fake-secret-0001' });
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
    expect(document()).toEqual({
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
      status: 'enabled',
      epoch: 0,
    });
  });

  it('are read again without a difference', async () => {
    const state = await applied(null, { ...CONFIG, ...DIALECT });
    const read = await runs.read(state);
    expect(read).toEqual(state);
    const { plannedState } = await runs.plan(read, { ...CONFIG, ...DIALECT });
    expect(readWire(credentialSchema, plannedState)).toEqual(state);
  });

  it('are removed from the document with their attributes', async () => {
    const prior = await applied(null, { ...CONFIG, ...DIALECT });
    const removed = { ...DIALECT, token_parameters: null, access_token_format: null };
    await applied(prior, { ...CONFIG, ...removed });
    expect(document()).not.toHaveProperty('token_parameters');
    expect(document()).not.toHaveProperty('access_token_format');
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
