import { type JsonService, startJsonService } from './json-service.ts';
import type { SecretStore } from './secret-store.ts';
import { mayCall } from './secrets-manager-access.ts';
import { type Operation, operations } from './secrets-manager-operations.ts';
import type { ServiceAccess } from './signed-call.ts';

export interface SecretsManagerOptions extends ServiceAccess {
  readonly port: number;
  readonly store: SecretStore;
}

export interface LocalSecretsManager extends JsonService {
  readonly store: SecretStore;
}

/**
 * AWS Secrets Manager on loopback. It enforces the policies of the function's role and of the
 * operator.
 */
export async function startSecretsManager({
  store,
  ...options
}: SecretsManagerOptions): Promise<LocalSecretsManager> {
  const { region } = options;
  const service = await startJsonService({
    ...options,
    service: 'secretsmanager',
    target: 'secretsmanager',
    part: 'Secrets Manager endpoint',
    setting: 'TOKEN_VENDING_LOCAL_PORT_SECRETS',
    operations: Object.keys(operations),
    mayCall: (call) => mayCall(store, region, call),
    perform: ({ operation, input }) => (operations[operation] as Operation)(store, input, region),
  });
  return Object.assign(service, { store });
}
