import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { REGION, REPLICA, REPLICA_REGION } from './deployed-functions.ts';
import type { FunctionSurroundings } from './function-environment.ts';
import { type EditorFunctions, openEditors, startVending } from './functions.ts';
import { closeAll } from './region-loss.ts';
import { replicate } from './secret-replication.ts';
import { SecretStore } from './secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from './secrets-manager.ts';

/** A second Region of the deployment: copies of the secrets, and a vending function that reads them. */
export interface ReplicaRegion {
  readonly region: string;
  /** URL for signed requests to its vending function. */
  readonly endpoint: string;
  readonly secretsManager: LocalSecretsManager;
  /** Deploys the Region again, with a registry and a rotation. */
  takeOver(): Promise<EditorFunctions>;
}

export interface ReplicaRegionOptions {
  /** Those of the functions of the first Region. */
  readonly surroundings: FunctionSurroundings;
  /** Secrets of the first Region. */
  readonly store: SecretStore;
  /** URL of the registry of the first Region. */
  readonly registry: string;
  /** Gets what stops each part. */
  readonly started: (() => Promise<void>)[];
}

/** Starts the second Region. It has no registry and no rotation, and keeps an audit log of its own. */
export async function startReplicaRegion(options: ReplicaRegionOptions): Promise<ReplicaRegion> {
  const { surroundings: first, registry, started } = options;
  const { callers } = first;
  const region = REPLICA_REGION;
  const directory = path.join(first.directory, region);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const store = SecretStore.inMemory();
  replicate({ store: options.store, region: REGION }, { store, region });
  replicate({ store, region }, { store: options.store, region: REGION });
  let editors: EditorFunctions | undefined;
  const rotationFunction = {
    arn: REPLICA.rotation.arn,
    invoke: async (event: unknown) => await editors?.rotationFunction.invoke(event, ''),
  };
  const where = { port: 0, region, callers, store };
  const secretsManager = await startSecretsManager({ ...where, rotationFunction });
  started.push(() => secretsManager.close());
  const endpoints = { ...first.endpoints, secretsManager: secretsManager.url };
  const surroundings = { ...first, directory, region, functions: REPLICA, endpoints };
  const settled = async () => await secretsManager.rotations?.settled();
  const vending: (() => Promise<void>)[] = [];
  const deploy = async (registryUrl: string, gateway: number) =>
    await startVending(
      { surroundings, options: { ports: { gateway } }, settled, started: vending },
      registryUrl,
    );
  started.push(() => closeAll(vending));
  const { endpoint } = await deploy(registry, 0);
  return {
    region,
    endpoint,
    secretsManager,
    async takeOver() {
      editors = await openEditors({ surroundings, options: {}, settled, started });
      await closeAll(vending);
      await deploy(editors.registry, Number(new URL(endpoint).port));
      return editors;
    },
  };
}
