import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { send } from '../../../lib/credential/secrets-manager-send.ts';
import { ServiceError } from '../../../local/service-error.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';

const NAME = 'token-vending/support/crm-api';
const { signal } = new AbortController();
let world: OperatorWorld;
let client: SecretsManagerClient;

beforeEach(async () => {
  world = await openOperatorWorld();
  client = new SecretsManagerClient({ ...world.config, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await world.close();
});

describe('a command', () => {
  it('throws the exception of an error response', async () => {
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    const command = new GetSecretValueCommand({ SecretId: NAME });
    await expect(send(client, command, { signal })).rejects.toMatchObject({
      name: 'SecretsError',
      exception: 'AccessDeniedException',
      message: 'No.',
      status: 400,
    });
  });

  it('throws what the connection throws', async () => {
    await world.manager.close();
    const command = new GetSecretValueCommand({ SecretId: NAME });
    await expect(send(client, command, { signal })).rejects.toThrow('ECONNREFUSED');
  });
});
