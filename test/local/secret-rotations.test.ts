import {
  DescribeSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCallers } from '../../local/callers.ts';
import { ROTATION } from '../../local/deployed-functions.ts';
import { SecretStore } from '../../local/secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from '../../local/secrets-manager.ts';
import { putDocument } from '../../local/seed.ts';
import { sdkCredentials } from '../support/sdk-credentials.ts';

const NAME = 'checkout/orders-api';
const SecretId = `token-vending/${NAME}`;
const VERSION = 'a'.repeat(32);

interface Invocation {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

let store: SecretStore;
let endpoint: LocalSecretsManager;
let registry: SecretsManagerClient;
let invocations: Invocation[];
/** What the function does at an invocation. */
let lambda: (event: Invocation) => Promise<void>;

const succeed = async () => undefined;
const steps = () => invocations.map(({ Step }) => Step);
const events = () => endpoint.rotations?.events.map(({ name }) => name);
const stages = async () =>
  (await registry.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {};
const rotate = async (input: Partial<ConstructorParameters<typeof RotateSecretCommand>[0]> = {}) =>
  await registry.send(
    new RotateSecretCommand({
      SecretId,
      ClientRequestToken: VERSION,
      RotationLambdaARN: ROTATION.arn,
      ...input,
    }),
  );

beforeEach(async () => {
  const callers = makeCallers();
  store = SecretStore.inMemory();
  invocations = [];
  lambda = succeed;
  endpoint = await startSecretsManager({
    port: 0,
    region: 'eu-north-1',
    callers,
    store,
    rotationFunction: {
      arn: ROTATION.arn,
      async invoke(event) {
        invocations.push(event as Invocation);
        await lambda(event as Invocation);
      },
    },
  });
  registry = new SecretsManagerClient({
    region: 'eu-north-1',
    endpoint: endpoint.url,
    maxAttempts: 1,
    credentials: sdkCredentials(callers, 'token-vending-registry-eu-north-1'),
  });
  await putDocument(store, NAME, { client_secret: 'old' });
});
afterEach(async () => {
  await endpoint.close();
});

/** Moves AWSCURRENT at the last step, as a rotation function does. */
async function finish({ Step, ClientRequestToken }: Invocation): Promise<void> {
  if (Step !== 'finishSecret') return;
  const secret = store.find(SecretId);
  if (secret === undefined) return;
  const versions = secret.versions.map((version) => ({
    ...version,
    stages: version.id === ClientRequestToken ? ['AWSCURRENT'] : ['AWSPREVIOUS'],
  }));
  await store.put({ ...secret, versions });
}

describe('RotateSecret on loopback', () => {
  it('invokes the function for each step in turn, with the pending version', async () => {
    lambda = finish;
    expect(await rotate()).toMatchObject({ VersionId: VERSION });
    await endpoint.rotations?.settled();
    const arn = store.find(SecretId)?.arn;
    expect(invocations).toMatchObject(
      ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((Step) => ({
        Step,
        SecretId: arn,
        ClientRequestToken: VERSION,
      })),
    );
    expect(events()).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect(store.find(SecretId)?.rotation?.lastAt).toBeDefined();
  });

  it('attempts a step three times, and then ends with AWSPENDING as it is', async () => {
    lambda = async ({ Step }) => {
      if (Step === 'setSecret') throw new Error('refused');
    };
    await rotate();
    await endpoint.rotations?.settled();
    expect(steps()).toEqual(['createSecret', 'setSecret', 'setSecret', 'setSecret']);
    expect((await stages())[VERSION]).toEqual(['AWSPENDING']);
    expect(events()).toEqual(['RotationStarted', 'RotationFailed']);
  });

  it('fails if the last step leaves another version current', async () => {
    await rotate();
    await endpoint.rotations?.settled();
    expect(events()).toEqual(['RotationStarted', 'RotationFailed']);
  });

  it('refuses another rotation before the first is complete, and attempts the first again', async () => {
    lambda = async () => Promise.reject(new Error('refused'));
    await rotate();
    await endpoint.rotations?.settled();
    lambda = finish;
    await expect(rotate({ ClientRequestToken: 'b'.repeat(32) })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await endpoint.rotations?.settled();
    expect(events()?.at(-1)).toBe('RotationSucceeded');
    expect((await stages())[VERSION]).toEqual(['AWSCURRENT']);
  });

  it('starts no second rotation for the same token', async () => {
    lambda = finish;
    await rotate();
    await rotate();
    await endpoint.rotations?.settled();
    expect(steps()).toHaveLength(4);
  });

  it('only tests if the rotation does not start at once, and keeps the schedule', async () => {
    const RotationRules = { ScheduleExpression: 'rate(30 days)' };
    await rotate({ RotateImmediately: false, RotationRules });
    await endpoint.rotations?.settled();
    expect(steps()).toEqual(['testSecret']);
    expect(Object.values(await stages())).toEqual([['AWSCURRENT']]);
    expect(store.find(SecretId)?.rotation).toMatchObject({ schedule: 'rate(30 days)' });
    expect(events()).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
  });

  it('starts a rotation that is due', async () => {
    lambda = finish;
    await rotate({ RotateImmediately: false });
    await endpoint.rotations?.settled();
    await endpoint.rotations?.startDue(SecretId);
    await endpoint.rotations?.settled();
    expect(steps()).toEqual([
      'testSecret',
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    expect(events()?.at(-1)).toBe('RotationSucceeded');
  });
});
