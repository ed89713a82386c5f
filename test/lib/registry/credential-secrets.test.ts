import { beforeEach, describe, expect, it } from '@jest/globals';
import { SecretsError } from '../../../lib/credential/secret-errors.ts';
import { CredentialSecrets } from '../../../lib/registry/credential-secrets.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';

const ID = { team: 'a', name: 'b' };
const NAME = 'token-vending/a/b';
const V1 = '11111111-1111-4111-8111-111111111111';
const { signal } = new AbortController();
const failing = new SecretsError({ exception: 'ThrottlingException', message: 'No.', status: 400 });
const SETTINGS = {
  prefix: 'token-vending/',
  deployment: 'own',
  readers: {
    vending: ['arn:aws:iam::111122223333:role/vending'],
    registry: [],
    rotation: [],
    others: [],
  },
};
let api: MemorySecrets;
let secrets: CredentialSecrets;

beforeEach(() => {
  api = new MemorySecrets();
  secrets = new CredentialSecrets(api, SETTINGS);
});

const register = async (text = '{"a":1}') => {
  await secrets.prepare(ID, signal);
  await secrets.write(ID, { text, versionId: V1, replaces: undefined }, signal);
};

describe('the secrets of credentials', () => {
  it('are absent, empty, stored or deleted', async () => {
    expect(await secrets.read(ID, signal)).toBe('absent');
    await secrets.prepare(ID, signal);
    expect(await secrets.read(ID, signal)).toBe('empty');
    await register();
    expect(await secrets.read(ID, signal)).toMatchObject({ versionId: V1, members: { a: 1 } });
    await secrets.delete(ID, { recoveryDays: 7, replicas: [] }, signal);
    expect(await secrets.read(ID, signal)).toBe('deleted');
    await secrets.restore(ID, signal);
    expect(await secrets.read(ID, signal)).toMatchObject({ versionId: V1 });
  });

  it('have no members if the value is not a JSON object, or is binary', async () => {
    await register('[]');
    expect(await secrets.read(ID, signal)).toMatchObject({ members: {} });
    api.get = async () => ({ arn: NAME, versionId: V1, text: undefined });
    expect(await secrets.read(ID, signal)).toMatchObject({ members: {} });
  });

  it('are absent if they are deleted while they are read', async () => {
    await register();
    api.turn = async (operation) => {
      api.turn = async () => undefined;
      if (operation === 'DescribeSecret') await api.delete(NAME, 0, { signal });
    };
    expect(await secrets.read(ID, signal)).toBe('absent');
  });

  it('get their resource policy before their value, also if they exist without one', async () => {
    await secrets.prepare(ID, signal);
    await register();
    expect(api.calls.filter((call) => /Create|Put/.test(call))).toEqual([
      'CreateSecret',
      'PutResourcePolicy',
      'CreateSecret',
      'PutResourcePolicy',
      'PutSecretValue',
    ]);
    expect(api.find(NAME)?.kmsKeyId).toBeUndefined();
  });

  it('are copied to the Regions that lack them, or whose copy failed', async () => {
    await register();
    const keyOf = (region: string) => `arn:aws:kms:${region}:111122223333:key/mrk-1`;
    const replicas = ['eu-west-1', 'eu-south-1'].map((region) => ({
      region,
      kmsKeyId: keyOf(region),
    }));
    const copied = new CredentialSecrets(api, { ...SETTINGS, replicas });
    const existing = async () => (await api.describe(NAME, { signal })).replicas;
    await api.replicate(NAME, replicas.slice(0, 1), { signal });
    await copied.renew(ID, await existing(), signal);
    expect(api.find(NAME)?.replicas).toEqual([
      { region: 'eu-west-1', kmsKeyId: keyOf('eu-west-1') },
      { region: 'eu-south-1', kmsKeyId: keyOf('eu-south-1') },
    ]);
    const copies = () => api.calls.filter((call) => call === 'ReplicateSecretToRegions').length;
    expect(copies()).toBe(2);
    await copied.renew(ID, await existing(), signal);
    expect(copies()).toBe(2);
    api.failedReplicas.add('eu-west-1');
    await copied.renew(ID, await existing(), signal);
    expect(copies()).toBe(3);
  });

  it('lose their copies when they are deleted, because Secrets Manager deletes none that has some', async () => {
    await register();
    const replica = { region: 'eu-west-1', kmsKeyId: 'arn:aws:kms:eu-west-1:1:key/mrk-1' };
    await api.replicate(NAME, [replica], { signal });
    const { replicas } = await api.describe(NAME, { signal });
    await secrets.delete(ID, { recoveryDays: 7, replicas }, signal);
    expect(api.find(NAME)).toMatchObject({ replicas: [], deletedAt: expect.any(Number) });
  });

  it.each([
    ['CreateSecret', () => secrets.prepare(ID, signal)],
    ['PutResourcePolicy', () => secrets.prepare(ID, signal)],
    ['DescribeSecret', () => secrets.read(ID, signal)],
    ['ListSecretVersionIds', () => secrets.versions(ID, signal)],
    ['DeleteSecret', () => secrets.delete(ID, { recoveryDays: 7, replicas: [] }, signal)],
    ['RestoreSecret', () => secrets.restore(ID, signal)],
    ['CancelRotateSecret', () => secrets.cancelRotation(ID, signal)],
    [
      'RotateSecret',
      () => secrets.rotate(ID, { functionArn: 'x', immediately: true, versionId: V1 }, signal),
    ],
  ])('are unavailable if %s fails', async (operation, call) => {
    api.failing.set(operation, failing);
    await expect(call()).rejects.toMatchObject({
      code: 'secrets_unavailable',
      detail: 'ThrottlingException',
    });
  });

  it('end with the request that reads them', async () => {
    const gone = AbortSignal.abort(new Error('left'));
    await expect(secrets.read(ID, gone)).rejects.toThrow('left');
    await expect(secrets.versions(ID, gone)).rejects.toThrow('left');
  });
});
