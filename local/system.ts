import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalAuthorizationServer } from './authorization-server.ts';
import { writeCallerFiles } from './caller-files.ts';
import { type Callers, type LocalCaller, makeCallers } from './callers.ts';
import { functionEnvironment } from './function-environment.ts';
import {
  type FunctionProcess,
  type FunctionRuntime,
  startFunctionProcess,
} from './function-process.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import { type LocalObjectStore, startObjectStore } from './object-store.ts';
import { rotateSecret } from './seed.ts';
import { type LocalServices, startServices } from './services.ts';

export const REGION = 'eu-north-1';

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
  };
  /**
   * Also starts an authorization server that authenticates clients by certificates, with the credential
   * `checkout/bank-api`. Default: false.
   */
  readonly certificates?: boolean;
  /** More environment for the function. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The program that calls the handler: our loop (default), or the runtime interface client of AWS.
   */
  readonly runtime?: FunctionRuntime;
  /** Invocations that share the function's process. Default: 1, as on classic Lambda. */
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

export interface LocalSystem extends LocalServices {
  readonly directory: string;
  readonly region: string;
  /** URL for signed requests. */
  readonly endpoint: string;
  readonly callers: Callers;
  readonly function: FunctionProcess;
  /** The store of the log with `audit: 's3'`. */
  readonly objectStore: LocalObjectStore | undefined;
  caller(name: string): LocalCaller;
  /**
   * Replaces a client secret at the server and in Secrets Manager. The function is not notified.
   */
  rotateSecret(credential: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the whole system on loopback: the authorization server, Secrets Manager, the bundle of the
 * function in its own process, and in front of it the gateway that verifies signatures.
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
  const port = (part: keyof NonNullable<LocalSystemOptions['ports']>) => options.ports?.[part] ?? 0;
  const started: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of started.splice(0).reverse()) await close();
  };
  try {
    const callers = makeCallers();
    const services = await startServices({ directory, region: REGION, callers, options, started });
    const { authorizationServer, secretsManager, certificateServer } = services;
    await writeCallerFiles(directory, callers, REGION);
    await writeRegistration(directory, authorizationServer);
    const objectStore = options.audit === 's3' ? await openObjectStore(callers) : undefined;
    started.push(async () => await objectStore?.close());
    const functionProcess = await startFunctionProcess({
      root: options.functionRoot ?? fileURLToPath(new URL('../dist/function/', import.meta.url)),
      environment: await functionEnvironment({
        ...options,
        directory,
        region: REGION,
        role: requireCaller(callers, 'token-vending-function'),
        endpoints: {
          secretsManager: secretsManager.url,
          kms: services.kms.url,
          sts: services.sts.url,
          objectStore: objectStore?.url,
        },
        authority: certificateServer?.serverAuthority,
      }),
      runtime: options.runtime ?? 'loop',
      concurrency: options.concurrency ?? 1,
      logFile: path.join(directory, 'function.log'),
      onLog: options.onLog ?? (() => undefined),
    });
    started.push(() => functionProcess.stop());
    const gateway = await startGateway({
      port: port('gateway'),
      region: REGION,
      callers,
      invoke: (event) => functionProcess.invoke(event),
      ...(options.frontDoor === undefined ? {} : { frontDoor: options.frontDoor }),
    });
    started.push(() => gateway.close());
    return {
      directory,
      region: REGION,
      endpoint: gateway.url,
      callers,
      ...services,
      function: functionProcess,
      objectStore,
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
