import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecretsApi } from '../../../lib/credential/secrets-api.ts';
import type { SecretsManagerOptions } from '../../../lib/credential/secrets-manager.ts';
import { openSecretsApi } from '../../../lib/credential/secrets-manager-api.ts';
import { ServiceError } from '../../../local/service-error.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';

const NAME = 'token-vending/support/crm-api';
const { signal } = new AbortController();
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

describe("the operator's operations of Secrets Manager", () => {
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

  it.each([
    ['the key', 'alias/own', 'alias/own'],
    ['an empty key for aws/secretsmanager', undefined, ''],
  ])('sends %s with a changed value', async (_, kmsKeyId, KmsKeyId) => {
    const { sent, capturing } = capture();
    const update = capturing.update(NAME, { text: '{}', kmsKeyId }, { signal });
    await expect(update).rejects.toThrow('enough');
    expect(sent).toEqual([
      { SecretId: NAME, SecretString: '{}', KmsKeyId, ClientRequestToken: expect.any(String) },
    ]);
  });

  it('changes value and key together', async () => {
    await api.create({ name: NAME, text: '1', kmsKeyId: 'alias/old' }, { signal });
    const change = { text: '2', kmsKeyId: 'alias/new' };
    const { arn, versionId } = await api.update(NAME, change, { signal });
    expect(await api.describe(NAME, { signal })).toMatchObject({ kmsKeyId: 'alias/new' });
    expect(await api.get(NAME, { signal })).toEqual({ arn, versionId, text: '2' });
    expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
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
    });
    expect(await api.get(NAME, { signal })).toEqual({ arn, versionId, text: '{}' });
  });

  it('moves and removes a stage', async () => {
    const { versionId: from } = await api.create({ name: NAME, text: '1' }, { signal });
    const { versionId: to } = await api.put(NAME, '2', 'AWSPENDING', { signal });
    await api.moveStage(NAME, { stage: 'AWSCURRENT', from, to }, { signal });
    await api.moveStage(NAME, { stage: 'AWSPENDING', from: to }, { signal });
    expect((await api.describe(NAME, { signal })).stages).toEqual({
      [from]: ['AWSPREVIOUS'],
      [to]: ['AWSCURRENT'],
    });
  });

  it('deletes later, or at once', async () => {
    await api.create({ name: NAME, text: '1' }, { signal });
    await api.delete(NAME, 7, { signal });
    expect((await api.describe(NAME, { signal })).isDeleted).toBe(true);
    await api.delete(NAME, 0, { signal });
    expect(world.stagesOf(NAME)).toBeUndefined();
  });

  it('restores', async () => {
    await api.create({ name: NAME, text: '1' }, { signal });
    await api.delete(NAME, 7, { signal });
    await api.restore(NAME, { signal });
    expect((await api.describe(NAME, { signal })).isDeleted).toBe(false);
  });

  it('reports each attempt, and throws the error of the last one', async () => {
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    const reported: unknown[] = [];
    const attempts = {
      sent: () => reported.push('sent'),
      failed: (error: unknown) => reported.push(error),
    };
    const accessDenied = {
      name: 'SecretsError',
      exception: 'AccessDeniedException',
      message: 'No.',
      status: 400,
    };
    const call = api.put(NAME, '1', 'AWSCURRENT', { signal, attempts });
    await expect(call).rejects.toMatchObject(accessDenied);
    expect(reported).toEqual(['sent', expect.objectContaining(accessDenied)]);
  });

  it('throws what the connection throws', async () => {
    await world.manager.close();
    await expect(api.get(NAME, { signal })).rejects.toThrow('ECONNREFUSED');
  });
});
