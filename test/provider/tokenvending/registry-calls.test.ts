import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';
import { ORDERS as CONFIG, CredentialRuns } from './support/credential-runs.ts';
import { RegistryOverHttp } from './support/registry-over-http.ts';

let world: RegistryWorld;
let registry: RegistryOverHttp;
let clock: FakeClock;
let runs: CredentialRuns;

beforeEach(() => {
  world = new RegistryWorld();
  registry = new RegistryOverHttp(world);
  clock = new FakeClock();
  runs = new CredentialRuns(registry, clock);
});
afterEach(() => expect(clock.pendingTimers).toBe(0));

const apply = (prior: ValueRecord | null, config: ValueRecord | null) => runs.apply(prior, config);

/** Stops the provider after the registry has served the request, and before its response arrives. */
async function stopDuring(method: string, work: () => ReturnType<typeof apply>) {
  const { served, respond } = registry.hold(method);
  const outcome = work();
  await served;
  await runs.call('stopProvider', {});
  return { outcome, respond };
}

async function created(): Promise<ValueRecord> {
  const { state, said } = await apply(null, CONFIG);
  expect(said).toEqual([]);
  runs.start();
  return state as ValueRecord;
}

const current = () =>
  world.secrets.find(NAME)?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));

describe('a credential, when Terraform is asked to stop while the registry works on a change', () => {
  it('is in the state if it was created', async () => {
    const { outcome, respond } = await stopDuring('PUT', () => apply(null, CONFIG));
    respond(undefined);
    const { state, said } = await outcome;
    expect(said).toEqual([]);
    expect(state).toMatchObject({ id: 'checkout/orders-api', version_id: current()?.id });
  });

  it('is in the state as it was changed', async () => {
    const before = await created();
    const { outcome, respond } = await stopDuring('PATCH', () =>
      apply(before, { ...CONFIG, status: 'disabled' }),
    );
    respond(undefined);
    const { state, said } = await outcome;
    expect(said).toEqual([]);
    expect(state).toMatchObject({ status: 'disabled', version_id: current()?.id });
  });

  it('is not in the state if it was deleted', async () => {
    const before = await created();
    const { outcome, respond } = await stopDuring('DELETE', () => apply(before, null));
    respond(undefined);
    expect(await outcome).toMatchObject({ state: null, said: [] });
  });

  it('is deleted as before if the restoration would follow the interrupt', async () => {
    await created();
    await world.send('DELETE', PATH, { headers: { 'if-match': '*' } });
    const { outcome } = await stopDuring('GET', () => apply(null, CONFIG));
    expect(await outcome).toMatchObject({
      state: null,
      said: [expect.stringMatching(/^Interrupted: /)],
    });
    expect(world.secrets.find(NAME)?.deletedAt).toBeDefined();
  });

  it('gets its document if the interrupt follows the restoration', async () => {
    await created();
    await world.send('DELETE', PATH, { headers: { 'if-match': '*' } });
    const config = { ...CONFIG, client_secret: 'fake-secret-0002' };
    const { outcome, respond } = await stopDuring('POST', () => apply(null, config));
    respond(undefined);
    expect(await outcome).toMatchObject({ said: [] });
    expect(world.stored()).toMatchObject({ client_secret: 'fake-secret-0002' });
  });

  it('shows why the change was refused', async () => {
    world.policy.allowed = new Set();
    const { outcome, respond } = await stopDuring('PUT', () => apply(null, CONFIG));
    respond(undefined);
    expect(await outcome).toMatchObject({
      state: null,
      said: [expect.stringMatching(/is not created: policy_denied: /)],
    });
  });

  it('may exist according to the error if the response is an error of the service', async () => {
    const { outcome, respond } = await stopDuring('PUT', () => apply(null, CONFIG));
    respond({ status: 502, headers: {}, body: '<html>' });
    expect(await outcome).toMatchObject({
      state: null,
      said: [
        expect.stringMatching(
          /answer_invalid: [\s\S]* may have been carried out.*terraform import/,
        ),
      ],
    });
  });

  it('may exist according to the error if there is no response for 10 seconds', async () => {
    const { outcome } = await stopDuring('PUT', () => apply(null, CONFIG));
    await clock.advance(10_000);
    expect(await outcome).toMatchObject({
      state: null,
      said: [
        expect.stringMatching(
          /^No response to the change of checkout\/orders-api: .* within 10 s .* may have been carried out.*terraform import/,
        ),
      ],
    });
  });
});
