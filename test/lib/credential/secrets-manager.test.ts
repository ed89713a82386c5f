import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecretsApi } from '../../../lib/credential/secrets-api.ts';
import {
  openSecretsApi,
  openSecretsManager,
  type SecretsManagerOptions,
} from '../../../lib/credential/secrets-manager.ts';
import { ServiceError } from '../../../local/secrets-manager-operations.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';

const PREFIX = 'token-vending/';
const id = { team: 'support', name: 'crm-api' };
const NAME = `${PREFIX}support/crm-api`;
const { signal } = new AbortController();
const enough = new Error('enough');

let world: OperatorWorld;

beforeEach(async () => {
  world = await openOperatorWorld();
});
afterEach(async () => {
  await world.close();
});

describe("the function's credential store in Secrets Manager", () => {
  const open = () => openSecretsManager(PREFIX, { ...world.config, maxAttempts: 1 });

  it('finds no credential if its secret is scheduled for deletion', async () => {
    const api = openSecretsApi(world.config);
    await api.create({ name: NAME, text: '{}' }, { signal });
    await api.delete(NAME, 7, { signal });
    api.close();
    await expect(open().read(id, 'AWSCURRENT', signal)).rejects.toMatchObject({
      code: 'credential_unknown',
    });
  });

  it('rejects a binary secret', async () => {
    const api = openSecretsApi(world.config);
    await api.create({ name: NAME, text: '{}' }, { signal });
    api.close();
    const version = world.manager.store.find(NAME)?.versions[0] as { text?: string };
    delete version.text;
    await expect(open().read(id, 'AWSCURRENT', signal)).rejects.toMatchObject({
      code: 'credential_invalid',
      message: expect.stringContaining('the secret must be text (SecretString), not binary'),
    });
  });

  it('lists no secret whose name is not a credential', async () => {
    const api = openSecretsApi(world.config);
    for (const name of [NAME, `${PREFIX}x`, `${PREFIX}A/b`])
      await api.create({ name, text: '{}' }, { signal });
    api.close();
    expect(await open().list(signal)).toEqual([id]);
  });

  it('is unavailable, by the name of the exception, while Secrets Manager fails', async () => {
    world.manager.fault = new ServiceError('InternalServiceError', 'No.', 500);
    const unavailable = { code: 'secrets_unavailable', detail: 'InternalServiceError' };
    await expect(open().read(id, 'AWSCURRENT', signal)).rejects.toMatchObject(unavailable);
    await expect(open().list(signal)).rejects.toMatchObject(unavailable);
  });

  it.each(['read', 'list'] as const)(
    'ends a %s with the reason of its signal',
    async (operation) => {
      const stop = new AbortController();
      const name = operation === 'read' ? 'GetSecretValue' : 'ListSecrets';
      world.hold(name);
      const store = open();
      const work: Promise<unknown> =
        operation === 'read' ? store.read(id, 'AWSCURRENT', stop.signal) : store.list(stop.signal);
      const ended = expect(work).rejects.toBe(enough);
      await world.called(name);
      stop.abort(enough);
      await ended;
    },
  );
});

describe("the operator's operations of Secrets Manager", () => {
  let api: SecretsApi;

  beforeEach(() => {
    api = openSecretsApi({ ...world.config, maxAttempts: 1 });
  });
  afterEach(() => api.close());

  it('sends key and tags of a new secret', async () => {
    const sent: unknown[] = [];
    const requestHandler: SecretsManagerOptions['requestHandler'] = {
      handle: async ({ body }: { readonly body?: Uint8Array }) => {
        sent.push(JSON.parse(new TextDecoder().decode(body)));
        throw enough;
      },
    };
    const capturing = openSecretsApi({ ...world.config, requestHandler, maxAttempts: 1 });
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
