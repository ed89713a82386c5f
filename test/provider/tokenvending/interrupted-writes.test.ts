import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../local/service-error.ts';
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
let clock: FakeClock;
let runs: CredentialRuns;

beforeEach(async () => {
  world = await openOperatorWorld();
  clock = new FakeClock();
  runs = new CredentialRuns(world, clock);
});
afterEach(async () => {
  expect(clock.pendingTimers).toBe(0);
  await world.close();
});

const apply = (prior: ValueRecord | null, config: ValueRecord | null) => runs.apply(prior, config);

const current = () =>
  world.manager.store.find(NAME)?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));

/** Stops the provider after Secrets Manager has carried out the write. */
async function stopDuring(operation: string, work: () => ReturnType<typeof apply>) {
  const before = world.manager.calls.get(operation) ?? 0;
  const respond = world.hold(operation);
  const outcome = work();
  await world.called(operation, before + 1);
  await runs.call('stopProvider', {});
  return { outcome, respond };
}

async function created(): Promise<ValueRecord> {
  const { state, said } = await apply(null, CONFIG);
  expect(said).toEqual([]);
  runs.start();
  return state as ValueRecord;
}

describe('a credential, when Terraform is asked to stop while Secrets Manager works on a write', () => {
  it('is in the state if it was created', async () => {
    const { outcome, respond } = await stopDuring('CreateSecret', () => apply(null, CONFIG));
    respond();
    const { state, said } = await outcome;
    expect(said).toEqual([]);
    expect(state).toMatchObject({
      id: 'support/crm-api',
      arn: world.manager.store.find(NAME)?.arn,
      version_id: current()?.id,
    });
  });

  it('is in the state as it was changed', async () => {
    const before = await created();
    const { outcome, respond } = await stopDuring('PutSecretValue', () =>
      apply(before, { ...CONFIG, status: 'disabled' }),
    );
    respond();
    const { state, said } = await outcome;
    expect(said).toEqual([]);
    expect(state).toMatchObject({ status: 'disabled', version_id: current()?.id });
    expect(state?.['version_id']).not.toBe(before['version_id']);
  });

  it('is not in the state if it was deleted', async () => {
    const before = await created();
    const { outcome, respond } = await stopDuring('DeleteSecret', () => apply(before, null));
    respond();
    expect(await outcome).toEqual({ state: null, said: [] });
  });

  it('is unchanged if the write would follow the interrupt', async () => {
    const before = await created();
    const { outcome } = await stopDuring('DescribeSecret', () =>
      apply(before, { ...CONFIG, status: 'disabled' }),
    );
    expect(await outcome).toEqual({
      state: before,
      said: [expect.stringMatching(/^Interrupted: /)],
    });
    expect(world.manager.calls.get('PutSecretValue')).toBeUndefined();
  });

  it('shows why the write was refused', async () => {
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    const { outcome, respond } = await stopDuring('CreateSecret', () => apply(null, CONFIG));
    respond();
    expect(await outcome).toMatchObject({
      state: null,
      said: [expect.stringMatching(/^Secrets Manager refused .*: AccessDeniedException: No\./)],
    });
  });

  it('may exist according to the error if the response is an error of the service', async () => {
    const { outcome, respond } = await stopDuring('CreateSecret', () => apply(null, CONFIG));
    respond(new ServiceError('InternalServiceError', 'No.', 500));
    expect(await outcome).toEqual({
      state: null,
      said: [
        expect.stringMatching(
          /^Secrets Manager refused .*: InternalServiceError: No\.[\s\S]* may have been carried out.*terraform import/,
        ),
      ],
    });
  });

  it('may exist according to the error if there is no response for 10 seconds', async () => {
    const { outcome } = await stopDuring('CreateSecret', () => apply(null, CONFIG));
    await clock.advance(10_000);
    expect(await outcome).toEqual({
      state: null,
      said: [
        expect.stringMatching(
          /^No response to the write of token-vending\/support\/crm-api: .* did not respond to CreateSecret .* may have been carried out.*terraform import/,
        ),
      ],
    });
  });
});
