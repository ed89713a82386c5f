import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SecretsManagerOptions } from '../../lib/credential/secrets-manager.ts';
import { makeCallers } from '../../local/callers.ts';
import { SecretStore } from '../../local/secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from '../../local/secrets-manager.ts';
import type { ServiceError } from '../../local/service-error.ts';
import { eventually } from '../provider/framework/support/eventually.ts';

const REGION = 'eu-north-1';

/** Secrets Manager on loopback, and the configuration of an operator. */
export interface OperatorWorld {
  readonly manager: LocalSecretsManager;
  readonly folder: string;
  /** Configuration of an SDK client. */
  readonly config: SecretsManagerOptions;
  /** The same as environment variables for a command line. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stages of all versions of a secret, `undefined` if there is no secret. */
  stagesOf(name: string): readonly (readonly string[])[] | undefined;
  /**
   * Makes the responses to an operation wait until the returned function is called. The operation
   * is carried out at once, even if the response is the error that the function gets.
   */
  hold(operation: string): (error?: ServiceError) => void;
  /** Waits until an operation has been called this number of times. */
  called(operation: string, times?: number): Promise<true>;
  close(): Promise<void>;
}

export async function openOperatorWorld(): Promise<OperatorWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'operator-'));
  const store = await SecretStore.open(path.join(folder, 'secrets.json'));
  const callers = makeCallers();
  const manager = await startSecretsManager({ port: 0, region: REGION, callers, store });
  const operator = callers.get('account-admin');
  if (operator === undefined) throw new Error('the local system has an account-admin');
  const { accessKeyId, secretAccessKey, sessionToken = '' } = operator;
  return {
    manager,
    folder,
    config: {
      region: REGION,
      endpoint: manager.url,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    },
    environment: {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
      TOKEN_VENDING_LOCAL: 'true',
    },
    stagesOf: (name) => store.find(name)?.versions.map(({ stages }) => stages),
    hold(operation) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      promise.catch(() => undefined);
      manager.held.set(operation, promise);
      return (error) => {
        if (manager.held.get(operation) === promise) manager.held.delete(operation);
        if (error === undefined) resolve();
        else reject(error);
      };
    },
    called: (operation, times = 1) =>
      eventually(() => ((manager.calls.get(operation) ?? 0) >= times ? true : undefined)),
    async close() {
      await manager.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
