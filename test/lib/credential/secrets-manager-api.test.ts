import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecretsApi } from '../../../lib/credential/secrets-api.ts';
import type { SecretsManagerOptions } from '../../../lib/credential/secrets-manager.ts';
import { openSecretsApi } from '../../../lib/credential/secrets-manager-api.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';

const NAME = 'token-vending/support/crm-api';
const { signal } = new AbortController();
const VERSION = '11111111-2222-4333-8444-555555555555';
const enough = new Error('enough');

let world: OperatorWorld;

beforeEach(async () => {
  world = await openOperatorWorld();
});
afterEach(async () => {
  await world.close();
});

/** A client whose requests are kept instead of being sent. */
function capture() {
  const sent: unknown[] = [];
  const requestHandler: SecretsManagerOptions['requestHandler'] = {
    handle: async ({ body }: { readonly body?: Uint8Array }) => {
      sent.push(JSON.parse(new TextDecoder().decode(body)));
      throw enough;
    },
  };
  const capturing = openSecretsApi({ ...world.config, requestHandler, maxAttempts: 1 });
  return { sent, capturing };
}

describe('the operations of Secrets Manager', () => {
  let api: SecretsApi;

  beforeEach(() => {
    api = openSecretsApi({ ...world.config, maxAttempts: 1 });
  });
  afterEach(() => api.close());

  it('sends key and tags of a new secret', async () => {
    const { sent, capturing } = capture();
    const secret = { name: NAME, text: '{}', kmsKeyId: 'alias/own', tags: { team: 'support' } };
    await expect(capturing.create(secret, { signal })).rejects.toThrow('enough');
    expect(sent).toEqual([
      {
        Name: NAME,
        SecretString: '{}',
        KmsKeyId: 'alias/own',
        Tags: [{ Key: 'team', Value: 'support' }],
        ClientRequestToken: expect.any(String),
      },
    ]);
  });

  it('adds tags', async () => {
    await api.create({ name: NAME, text: '1', tags: { team: 'support' } }, { signal });
    await api.tag(NAME, { 'managed-by': 'terraform' }, { signal });
    expect(world.manager.store.find(NAME)?.tags).toEqual([
      { Key: 'team', Value: 'support' },
      { Key: 'managed-by', Value: 'terraform' },
    ]);
  });

  it('creates, describes and reads', async () => {
    const { arn, versionId } = await api.create({ name: NAME, text: '{}' }, { signal });
    expect(await api.describe(NAME, { signal })).toEqual({
      kmsKeyId: undefined,
      isDeleted: false,
      stages: { [versionId]: ['AWSCURRENT'] },
      tags: {},
      rotation: { isEnabled: false, schedule: undefined, lastAt: undefined, nextAt: undefined },
      replicas: [],
    });
    expect(await api.get(NAME, { signal })).toEqual({ arn, versionId, text: '{}' });
  });

  it('moves and removes a stage', async () => {
    const { versionId: from } = await api.create({ name: NAME, text: '1' }, { signal });
    const { versionId: to } = await api.put(NAME, { text: '2', stage: 'AWSPENDING' }, { signal });
    await api.moveStage(NAME, { stage: 'AWSCURRENT', from, to }, { signal });
    await api.moveStage(NAME, { stage: 'AWSPENDING', from: to }, { signal });
    expect((await api.describe(NAME, { signal })).stages).toEqual({
      [from]: ['AWSPREVIOUS'],
      [to]: ['AWSCURRENT'],
    });
  });

  it('creates a secret without a value, whose first version is the current one', async () => {
    await api.create({ name: NAME, tags: { team: 'support' } }, { signal });
    expect(await api.describe(NAME, { signal })).toMatchObject({
      stages: {},
      tags: { team: 'support' },
    });
    await api.put(NAME, { text: '1', stage: 'PROPOSED', versionId: VERSION }, { signal });
    expect(await api.versions(NAME, { signal })).toEqual([
      { versionId: VERSION, stages: ['AWSCURRENT', 'PROPOSED'], createdAt: expect.any(Number) },
    ]);
  });

  it('moves no stage away from a version that is not named', async () => {
    const { versionId: current } = await api.create({ name: NAME, text: '1' }, { signal });
    await api.put(NAME, { text: '2', stage: 'PROPOSED', versionId: VERSION }, { signal });
    for (const from of [undefined, '00000000-0000-4000-8000-000000000000'])
      await expect(
        api.moveStage(NAME, { stage: 'AWSCURRENT', from, to: VERSION }, { signal }),
      ).rejects.toMatchObject({ exception: 'InvalidParameterException' });
    expect((await api.describe(NAME, { signal })).stages[current]).toEqual(['AWSCURRENT']);
  });

  it('sets the resource policy', async () => {
    const { sent, capturing } = capture();
    const put = capturing.putResourcePolicy(NAME, '{"Statement":[]}', { signal });
    await expect(put).rejects.toThrow('enough');
    expect(sent).toEqual([
      { SecretId: NAME, ResourcePolicy: '{"Statement":[]}', BlockPublicPolicy: true },
    ]);
    capturing.close();
    await api.create({ name: NAME, text: '1' }, { signal });
    await api.putResourcePolicy(NAME, '{"Statement":[]}', { signal });
    expect(world.manager.store.find(NAME)?.policy).toBe('{"Statement":[]}');
  });

  it('schedules rotations, starts one, and switches the schedule off', async () => {
    await api.create({ name: NAME, text: '1' }, { signal });
    const functionArn = 'arn:aws:lambda:eu-north-1:111122223333:function:rotate';
    const rotation = { functionArn, schedule: 'rate(30 days)', versionId: VERSION };
    await api.rotate(NAME, { ...rotation, immediately: false }, { signal });
    expect(await api.describe(NAME, { signal })).toMatchObject({
      rotation: { isEnabled: true, schedule: 'rate(30 days)' },
    });
    await api.rotate(NAME, { functionArn, versionId: VERSION, immediately: true }, { signal });
    expect(await api.describe(NAME, { signal })).toMatchObject({
      stages: { [VERSION]: ['AWSPENDING'] },
      rotation: { schedule: 'rate(30 days)' },
    });
    await api.cancelRotation(NAME, { signal });
    expect((await api.describe(NAME, { signal })).rotation.isEnabled).toBe(false);
  });

  it('copies to other Regions, and removes the copies', async () => {
    await api.create({ name: NAME, text: '1' }, { signal });
    const kmsKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1';
    await api.replicate(NAME, [{ region: 'eu-west-1', kmsKeyId }], { signal });
    expect(world.manager.store.find(NAME)?.replicas).toEqual([{ region: 'eu-west-1', kmsKeyId }]);
    expect((await api.describe(NAME, { signal })).replicas).toEqual([
      { region: 'eu-west-1', hasFailed: false },
    ]);
    await expect(api.delete(NAME, 7, { signal })).rejects.toMatchObject({
      exception: 'InvalidRequestException',
    });
    await api.removeReplicas(NAME, ['eu-west-1'], { signal });
    await api.delete(NAME, 7, { signal });
    expect((await api.describe(NAME, { signal })).replicas).toEqual([]);
  });

  it('deletes after a recovery window', async () => {
    await api.create({ name: NAME, text: '1' }, { signal });
    await api.delete(NAME, 7, { signal });
    expect((await api.describe(NAME, { signal })).isDeleted).toBe(true);
  });

  it('restores', async () => {
    await api.create({ name: NAME, text: '1' }, { signal });
    await api.delete(NAME, 7, { signal });
    await api.restore(NAME, { signal });
    expect((await api.describe(NAME, { signal })).isDeleted).toBe(false);
  });
});
