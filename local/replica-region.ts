import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { REGION, REPLICA, REPLICA_REGION } from './deployed-functions.ts';
import { type FunctionSurroundings, vendingEnvironment } from './function-environment.ts';
import { startFunctionProcess } from './function-process.ts';
import { startGateway } from './gateway.ts';
import { replicate } from './secret-replication.ts';
import { SecretStore } from './secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from './secrets-manager.ts';

/** A second Region of the deployment: copies of the secrets, and a vending function that reads them. */
export interface ReplicaRegion {
  readonly region: string;
  /** URL for signed requests to its vending function. */
  readonly endpoint: string;
  readonly secretsManager: LocalSecretsManager;
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
  const { surroundings, registry, started } = options;
  const { callers, endpoints, frontDoor } = surroundings;
  const region = REPLICA_REGION;
  const directory = path.join(surroundings.directory, region);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const store = SecretStore.inMemory();
  replicate({ store: options.store, region: REGION }, { store, region });
  const secretsManager = await startSecretsManager({ port: 0, region, callers, store });
  started.push(() => secretsManager.close());
  const environment = vendingEnvironment(
    {
      ...surroundings,
      directory,
      region,
      endpoints: { ...endpoints, secretsManager: secretsManager.url },
    },
    registry,
    REPLICA,
  );
  const lambda = await startFunctionProcess({
    lambda: REPLICA,
    environment,
    concurrency: 1,
    logFile: path.join(directory, 'function.log'),
  });
  started.push(() => lambda.stop());
  const gateway = await startGateway({
    port: 0,
    region,
    callers,
    invoke: (event) => lambda.invoke(event),
    frontDoor,
  });
  started.push(() => gateway.close());
  return { region, endpoint: gateway.url, secretsManager };
}
