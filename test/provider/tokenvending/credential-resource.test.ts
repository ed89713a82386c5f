import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../local/secrets-manager-operations.ts';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
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
