import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LocalAuthorizationServer } from './authorization-server.ts';
import { writeCallerFiles } from './caller-files.ts';
import { type Callers, type LocalCaller, makeCallers } from './callers.ts';
import { PRIMARY, REGION } from './deployed-functions.ts';
import { writeAuthority } from './function-environment.ts';
import type { FunctionRuntime } from './function-process.ts';
import { type LocalFunctions, startFunctions } from './functions.ts';
import type { GatewayOptions } from './gateway.ts';
import { type LocalObjectStore, startObjectStore } from './object-store.ts';
import { closeAll, openRegionLoss, type RegionLoss } from './region-loss.ts';
import { type ReplicaRegion, startReplicaRegion } from './replica-region.ts';
import { rotateSecret } from './seed.ts';
import { type LocalServices, startServices } from './services.ts';

export interface LocalSystemOptions {
  /** Directory of all files that the system writes. */
  readonly directory: string;
  readonly ports?: {
    readonly gateway?: number;
    readonly authorizationServer?: number;
    readonly secretsManager?: number;
    readonly iamApi?: number;
    readonly kms?: number;
    readonly sts?: number;
    readonly certificateServer?: number;
    readonly registry?: number;
  };
  /**
   * Also starts an authorization server that authenticates clients by certificates, with the credential
   * `checkout/bank-api`. Default: false.
   */
  readonly certificates?: boolean;
  /** Also starts a second Region, to which the registry copies secrets. Default: false. */
  readonly replica?: boolean;
  /** More environment for the vending function. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The program that calls the handlers: our loop (default), or the runtime interface client of AWS.
   */
  readonly runtime?: FunctionRuntime;
  /** Invocations that share the process of the vending function. Default: 1, as on classic Lambda. */
  readonly concurrency?: number;
  readonly frontDoor?: GatewayOptions['frontDoor'];
  readonly functionRoot?: string;
  /**
   * Directory of the access policies; edits apply at once. Default: policies/ of the repository.
   */
  readonly policies?: string;
  /** Directory of server profiles besides the shipped ones. Default: none. */
  readonly profiles?: string | undefined;
  /**
   * Destination of audit records: files below the directory (default), or an S3 bucket on loopback.
   */
  readonly audit?: 'files' | 's3';
  /** Called with each line that the function logs. */
  readonly onLog?: (line: string) => void;
}

export interface LocalSystem extends LocalServices, LocalFunctions, RegionLoss {
  readonly directory: string;
  readonly region: string;
  readonly callers: Callers;
  /** The store of the log with `audit: 's3'`. */
  readonly objectStore: LocalObjectStore | undefined;
  /** The second Region, with `replica: true`. */
  readonly replica: ReplicaRegion | undefined;
  caller(name: string): LocalCaller;
  /**
   * Replaces a client secret at the server and in Secrets Manager. The function is not notified.
   */
  rotateSecret(credential: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the whole system on loopback: the authorization server, Secrets Manager, the bundles of the
 * functions in processes of their own, and in front of them the gateways that verify signatures.
 *
 * @example
 * ```ts
 * const system = await startLocalSystem({ directory: '.local' });
 * console.log(system.endpoint);
 * await system.stop();
 * ```
 */
export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const directory = await openDirectory(options.directory);
  const started: (() => Promise<void>)[] = [];
  const regional: (() => Promise<void>)[] = [];
  const stop = async () => {
    await closeAll(regional);
    await closeAll(started);
  };
  try {
    const callers = makeCallers();
    let functions: LocalFunctions | undefined;
    // Secrets Manager starts first, because the functions need its URL.
    const rotationFunction = {
      arn: PRIMARY.rotation.arn,
      invoke: async (event: unknown) => await functions?.rotationFunction.invoke(event, ''),
    };
    const services = await startServices({
      directory,
      region: REGION,
      callers,
      options,
      rotationFunction,
      started,
    });
    const { authorizationServer, secretsManager, certificateServer } = services;
    await writeCallerFiles(directory, callers, REGION);
    await writeRegistration(directory, authorizationServer);
    const objectStore = options.audit === 's3' ? await openObjectStore(callers) : undefined;
    started.push(async () => await objectStore?.close());
    const surroundings = {
      ...options,
      directory,
      region: REGION,
      functions: PRIMARY,
      callers,
      endpoints: {
        secretsManager: secretsManager.url,
        kms: services.kms.url,
        sts: services.sts.url,
        objectStore: objectStore?.url,
      },
      authorityFile: await writeAuthority(directory, certificateServer?.serverAuthority),
    };
    const settled = async () => await secretsManager.rotations?.settled();
    const region = { surroundings, options, settled, started: regional };
    functions = await startFunctions(region);
    const { registry } = functions;
    const { store } = secretsManager;
    const copied = { surroundings, store, registry, started };
    const replica = options.replica === true ? await startReplicaRegion(copied) : undefined;
    return {
      directory,
      region: REGION,
      callers,
      ...services,
      ...functions,
      ...openRegionLoss({ ...region, secretsManager, endpoint: functions.endpoint }),
      objectStore,
      replica,
      caller: (name) => requireCaller(callers, name),
      rotateSecret: (credential) =>
        rotateSecret(authorizationServer, secretsManager.store, credential),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDirectory(name: string): Promise<string> {
  const directory = path.resolve(name);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Keys and client secrets are new at every start, so the old ones are invalid.
  await rm(path.join(directory, 'secrets.json'), { force: true });
  return directory;
}

async function openObjectStore(callers: Callers): Promise<LocalObjectStore> {
  return await startObjectStore({ port: 0, region: REGION, callers });
}

/** Writes the file that `npm run local:client` needs. */
async function writeRegistration(
  directory: string,
  { issuer, registrationToken }: LocalAuthorizationServer,
): Promise<void> {
  const text = JSON.stringify({ issuer, initialAccessToken: registrationToken });
  await writeFile(path.join(directory, 'registration.json'), text, { mode: 0o600 });
}

function requireCaller(callers: Callers, name: string): LocalCaller {
  const caller = callers.get(name);
  if (caller === undefined)
    throw new Error(`there is no caller ${name}: there are ${[...callers.keys()].join(', ')}`);
  return caller;
}
