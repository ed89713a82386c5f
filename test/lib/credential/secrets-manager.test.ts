import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSecretsManager } from '../../../lib/credential/secrets-manager.ts';
import { openSecretsApi } from '../../../lib/credential/secrets-manager-api.ts';
import { ServiceError } from '../../../local/service-error.ts';
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
    const version = world.manager.store.find(NAME)?.versions[0];
    const binary = version as { text?: string; binary?: string };
    binary.binary = 'AA==';
    delete binary.text;
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
