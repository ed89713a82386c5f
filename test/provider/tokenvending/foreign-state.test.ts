import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { credentialSchema } from '../../../provider/tokenvending/credential-schema.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RegistryWorld } from '../../support/registry-world.ts';
import { readWire } from '../framework/support/wire-value.ts';
import { CredentialRuns } from './support/credential-runs.ts';
import { RegistryOverHttp } from './support/registry-over-http.ts';

let world: RegistryWorld;
let runs: CredentialRuns;

beforeEach(() => {
  world = new RegistryWorld();
  runs = new CredentialRuns(new RegistryOverHttp(world), new FakeClock());
});

describe('the import of a credential', () => {
  const CONFIG: ValueRecord = {
    credential: 'checkout/orders-api',
    issuer: 'https://auth.example.com',
    client_id: 'orders-client',
    client_secret: 'fake-secret-0001',
    scope: ['orders:read', 'orders:write'],
    default_scope: ['orders:read'],
    audience: ['https://orders.example.com', 'https://stock.example.com'],
    resource: ['https://api.example.com/orders'],
  };

  it('reads what is stored, and the next plan has no change', async () => {
    await world.register();
    const { state, said } = await runs.import('checkout/orders-api');
    expect(said).toEqual([]);
    expect(state).toMatchObject({ client_id: 'orders-client', client_secret: null });
    const { plannedState } = await runs.plan(state, CONFIG);
    expect(readWire(credentialSchema, plannedState)).toEqual(state);
  });

  it.each(['orders-api', 'token-vending/checkout/orders-api', 'Checkout/orders-api'])(
    'refuses %s, which is not team/name',
    async (id) => {
      const { said } = await runs.import(id);
      expect(said).toEqual([expect.stringMatching(/^Not the name of a credential: .*team\/name/)]);
    },
  );
});

describe('the state of a provider that wrote secrets itself', () => {
  const old = {
    credential: 'checkout/orders-api',
    prefix: 'token-vending/',
    issuer: 'https://auth.example.com',
    client_id: 'orders-client',
    secret_version: '2026-11',
    kms_key_id: 'alias/own',
    recovery_window_in_days: 7,
    profile: 'generic',
    status: 'enabled',
    epoch: 0,
    id: 'checkout/orders-api',
    arn: 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/checkout/orders-api-a1',
    version_id: 'v1',
  };
  const upgraded = async (changes: object = {}) => {
    const { upgradedState, diagnostics } = await runs.call('upgradeResourceState', {
      typeName: 'tokenvending_credential',
      version: 0n,
      rawState: { json: Buffer.from(JSON.stringify({ ...old, ...changes })) },
    });
    expect(diagnostics).toEqual([]);
    return readWire(credentialSchema, upgradedState);
  };

  it('keeps what the registry has, too', async () => {
    const state = await upgraded();
    expect(state).toMatchObject({
      id: 'checkout/orders-api',
      secret_version: '2026-11',
      recovery_window_in_days: 7,
      test_on_change: true,
      version_id: 'v1',
    });
    for (const name of ['prefix', 'kms_key_id', 'arn']) expect(state).not.toHaveProperty(name);
  });

  it('gets a recovery window if it has none', async () => {
    expect(await upgraded({ recovery_window_in_days: 0 })).toMatchObject({
      recovery_window_in_days: 30,
    });
  });
});
