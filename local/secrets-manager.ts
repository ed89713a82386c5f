import { type JsonService, startJsonService } from './json-service.ts';
import { rotateSecret } from './rotate-secret.ts';
import { type RotationFunction, SecretRotations } from './secret-rotations.ts';
import type { SecretStore } from './secret-store.ts';
import { mayCall } from './secrets-manager-access.ts';
import { type Operation, operations } from './secrets-manager-operations.ts';
import type { ServiceAccess } from './signed-call.ts';

export interface SecretsManagerOptions extends ServiceAccess {
  readonly port: number;
  readonly store: SecretStore;
  /** The only function that it may invoke. Without it, RotateSecret only makes a version pending. */
  readonly rotationFunction?: RotationFunction;
}

export interface LocalSecretsManager extends JsonService {
  readonly store: SecretStore;
  /** Those of the `rotationFunction`. */
  readonly rotations: SecretRotations | undefined;
}

/** AWS Secrets Manager on loopback. It enforces the policies of IAM and those of the secrets. */
export async function startSecretsManager({
  store,
  rotationFunction,
  ...options
}: SecretsManagerOptions): Promise<LocalSecretsManager> {
  const { region } = options;
  const rotations =
    rotationFunction === undefined ? undefined : new SecretRotations(store, rotationFunction);
  const all: Readonly<Record<string, Operation>> = {
    ...operations,
    RotateSecret: async (secrets, input) => await rotateSecret(secrets, input, rotations),
  };
  const service = await startJsonService({
    ...options,
    service: 'secretsmanager',
    target: 'secretsmanager',
    part: 'Secrets Manager endpoint',
    setting: 'TOKEN_VENDING_LOCAL_PORT_SECRETS',
    operations: Object.keys(all),
    mayCall: (call) => mayCall(store, region, call),
    perform: ({ operation, input }) => (all[operation] as Operation)(store, input, region),
  });
  return Object.assign(service, { store, rotations });
}
