import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';
import { CredentialRuns, ORDERS } from './support/credential-runs.ts';
import { RegistryOverHttp } from './support/registry-over-http.ts';

const CONFIG: ValueRecord = { ...ORDERS, client_secret: 'fake-secret-0002' };

let world: RegistryWorld;
let registry: RegistryOverHttp;
let runs: CredentialRuns;

beforeEach(async () => {
  world = new RegistryWorld();
  registry = new RegistryOverHttp(world);
  runs = new CredentialRuns(registry, new FakeClock());
  await world.register();
});

const create = () => runs.apply(null, CONFIG);
const destroyed = () => world.send('DELETE', PATH, { headers: { 'if-match': '*' } });
const isDeleted = () => world.secrets.find(NAME)?.deletedAt !== undefined;

describe('the creation of a credential that exists', () => {
  it('is refused, and names terraform import', async () => {
    const before = world.stored();
    const { state, said, at } = await create();
    expect(state).toBeNull();
    expect(said).toEqual([
      expect.stringMatching(
        /^checkout\/orders-api exists already: .*terraform import <address of the resource> checkout\/orders-api/,
      ),
    ]);
    expect(at).toEqual(['credential']);
    expect(world.stored()).toEqual(before);
  });

  it('is refused for a caller that may not describe it', async () => {
    world.policy.allowed = new Set(['registerCredential checkout/orders-api']);
    const { said } = await create();
    expect(said).toEqual([expect.stringMatching(/is not created: policy_denied: /)]);
  });
});

describe('the creation of a credential that is scheduled for deletion', () => {
  beforeEach(destroyed);

  it('restores it and replaces its document', async () => {
    const { state, said } = await create();
    expect(said).toEqual([]);
    expect(isDeleted()).toBe(false);
    expect(world.stored()).toEqual({
      issuer: 'https://auth.example.com',
      client_id: 'orders',
      client_secret: 'fake-secret-0002',
      profile: 'generic',
    });
    expect(state).toMatchObject({ id: 'checkout/orders-api', status: 'enabled', epoch: 0 });
  });

  it('leaves it deleted if its new document fails its test', async () => {
    world.server.token = new Error('down');
    const { state, said } = await create();
    expect(state).toBeNull();
    expect(said).toEqual([expect.stringMatching(/is not created: .*test failed/s)]);
    expect(isDeleted()).toBe(true);
    world.server.token = () => ({ access_token: 'fake-token', expires_in: 60 });
    expect(await create()).toMatchObject({ said: [] });
  });

  it('says if it is left with its old document', async () => {
    world.server.token = new Error('down');
    registry.instead.set('DELETE', { status: 502, headers: {}, body: '' });
    const { said } = await create();
    expect(said).toEqual([
      expect.stringMatching(
        /is restored, but has its old document: .*test failed.*token-vending credentials delete checkout\/orders-api.*terraform import/,
      ),
    ]);
    expect(isDeleted()).toBe(false);
  });
});

describe('the deletion of a credential', () => {
  it('can be taken back for the days of the configuration', async () => {
    await destroyed();
    const { state } = await runs.apply(null, { ...CONFIG, recovery_window_in_days: 7 });
    expect(await runs.apply(state, null)).toMatchObject({ state: null, said: [] });
    expect(registry.requests.at(-1)).toBe('DELETE ?recovery_days=7 *');
    expect(isDeleted()).toBe(true);
  });

  it('is a success if it is gone', async () => {
    await destroyed();
    const { state } = await create();
    await destroyed();
    expect(await runs.apply(state, null)).toMatchObject({ state: null, said: [] });
  });

  it('shows why it was refused, and the credential stays in the state', async () => {
    await destroyed();
    const { state } = await create();
    world.policy.allowed = new Set();
    const refused = await runs.apply(state, null);
    expect(refused.said).toEqual([expect.stringMatching(/is not deleted: policy_denied: /)]);
    expect(refused.state).toEqual(state);
  });
});
