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

describe('a command about one secret', () => {
  it('reports each attempt, and throws the error of the last one with the name of the secret', async () => {
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    const reported: unknown[] = [];
    const attempts = {
      sent: () => reported.push('sent'),
      failed: (error: unknown) => reported.push(error),
    };
    const accessDenied = { name: 'SecretsError', exception: 'AccessDeniedException', status: 400 };
    const command = new GetSecretValueCommand({ SecretId: NAME });
    const call = send(client, command, NAME, { signal, attempts });
    await expect(call).rejects.toMatchObject({
      ...accessDenied,
      advice: expect.stringContaining(NAME),
    });
    expect(reported).toEqual(['sent', expect.objectContaining(accessDenied)]);
  });

  it('throws what the connection throws', async () => {
    await world.manager.close();
    const command = new GetSecretValueCommand({ SecretId: NAME });
    await expect(send(client, command, NAME, { signal })).rejects.toThrow('ECONNREFUSED');
  });
});
