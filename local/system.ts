import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalAuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { writeCallerFiles } from './caller-files.ts';
import { type Callers, type LocalCaller, makeCallers } from './callers.ts';
import {
  type FunctionProcess,
  type FunctionRuntime,
  startFunctionProcess,
} from './function-process.ts';
import { LOCAL_API_ID } from './function-url-event.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import { type LocalIamApi, startIamApi } from './iam-api.ts';
import { type LocalObjectStore, startObjectStore } from './object-store.ts';
import { ALIAS } from './runtime-api.ts';
import { SecretStore } from './secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from './secrets-manager.ts';
import { rotateSecret, SECRET_PREFIX, seed } from './seed.ts';

export const REGION = 'eu-north-1';
/** Destination of records with `audit: 's3'`. */
export const AUDIT_URL = 's3://audit-bucket/token-vending';
const POLICIES = fileURLToPath(new URL('../policies/', import.meta.url));

export interface LocalSystemOptions {
  /** Directory of all files that the system writes. */
  readonly directory: string;
  readonly ports?: {
    readonly gateway?: number;
    readonly authorizationServer?: number;
    readonly secretsManager?: number;
    readonly iamApi?: number;
  };
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

export interface LocalSystem {
  readonly directory: string;
  readonly region: string;
  /** URL for signed requests. */
  readonly endpoint: string;
  readonly callers: Callers;
  readonly authorizationServer: LocalAuthorizationServer;
  readonly secretsManager: LocalSecretsManager;
  /**
   * The first consumer of tokens: Hii Retail IAM, which accepts those of `checkout/hiiretail-iam`.
   */
  readonly iamApi: LocalIamApi;
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
    const authorizationServer = await startAuthorizationServer({
      port: port('authorizationServer'),
    });
    started.push(() => authorizationServer.close());
    const iamApi = await startIamApi({ port: port('iamApi'), issuer: authorizationServer.issuer });
    started.push(() => iamApi.close());
    const store = await SecretStore.open(path.join(directory, 'secrets.json'));
    const secretsManager = await startSecretsManager({
      port: port('secretsManager'),
      region: REGION,
      callers,
      store,
    });
    started.push(() => secretsManager.close());
    await seed(authorizationServer, store);
    await writeCallerFiles(directory, callers, REGION);
    await writeRegistration(directory, authorizationServer);
    const objectStore = options.audit === 's3' ? await openObjectStore(callers) : undefined;
    started.push(async () => await objectStore?.close());
    const functionProcess = await startFunctionProcess({
      root: options.functionRoot ?? fileURLToPath(new URL('../dist/function/', import.meta.url)),
      environment: functionEnvironment(
        directory,
        secretsManager.url,
        requireCaller(callers, 'token-vending-function'),
        options,
        objectStore,
      ),
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
      authorizationServer,
      secretsManager,
      iamApi,
      function: functionProcess,
      objectStore,
      caller: (name) => requireCaller(callers, name),
      rotateSecret: (credential) => rotateSecret(authorizationServer, store, credential),
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

function functionEnvironment(
  directory: string,
  secretsEndpoint: string,
  role: LocalCaller,
  options: LocalSystemOptions,
  objectStore: LocalObjectStore | undefined,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken ?? '',
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsEndpoint,
    AWS_LAMBDA_FUNCTION_NAME: 'token-vending',
    AWS_LAMBDA_FUNCTION_VERSION: 'local',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    TOKEN_VENDING_ALIAS: ALIAS,
    TOKEN_VENDING_INVOKED_BY: `${options.frontDoor ?? 'function-url'}/${LOCAL_API_ID}`,
    TOKEN_VENDING_LOCAL: 'true',
    // One developer is every principal, and tests vend for many at once.
    TOKEN_VENDING_MINTS_PER_MINUTE: '100000',
    TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: '100000',
    TOKEN_VENDING_POLICIES: path.resolve(options.policies ?? POLICIES),
    ...(options.profiles === undefined
      ? {}
      : { TOKEN_VENDING_PROFILES: path.resolve(options.profiles) }),
    TOKEN_VENDING_SECRET_PREFIX: SECRET_PREFIX,
    ...(objectStore === undefined
      ? { TOKEN_VENDING_AUDIT: `file://${path.join(directory, 'audit')}` }
      : { TOKEN_VENDING_AUDIT: AUDIT_URL, AWS_ENDPOINT_URL_S3: objectStore.url }),
    ...options.environment,
  };
}
