import path from 'node:path';
import {
  type FunctionSurroundings,
  registryEnvironment,
  rotationEnvironment,
  vendingEnvironment,
} from './function-environment.ts';
import {
  type FunctionProcess,
  openFunctionProcess,
  startFunctionProcess,
} from './function-process.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import type { LocalSystemOptions } from './system.ts';

/** The functions that change secrets, and the endpoint in front of one of them. */
export interface EditorFunctions {
  /** URL for signed requests to the registry. */
  readonly registry: string;
  readonly registryFunction: FunctionProcess;
  readonly rotationFunction: FunctionProcess;
}

/** The functions of a deployment and the endpoints in front of them. */
export interface LocalFunctions extends EditorFunctions {
  /** URL for signed requests to the vending function. */
  readonly endpoint: string;
  /** The vending function. */
  readonly function: FunctionProcess;
}

export interface FunctionsOptions {
  readonly surroundings: FunctionSurroundings;
  readonly options: Pick<
    LocalSystemOptions,
    'concurrency' | 'environment' | 'functionRoot' | 'onLog' | 'ports' | 'runtime'
  >;
  /** Resolves when no rotation runs. */
  readonly settled: () => Promise<void>;
  /** Gets what stops each part. */
  readonly started: (() => Promise<void>)[];
}

/** Invocations that share a process of the registry or of the rotation. A deployment has 5 processes. */
const EDITS = 5;

/** Starts the functions of a Region, each in its own process. */
export async function startFunctions(region: FunctionsOptions): Promise<LocalFunctions> {
  const editors = await openEditors(region);
  return { ...editors, ...(await startVending(region, editors.registry)) };
}

/** Opens the registry and the rotation. Each starts at its first invocation. */
export async function openEditors({
  surroundings,
  options,
  settled,
  started,
}: FunctionsOptions): Promise<EditorFunctions> {
  const { directory, functions } = surroundings;
  const { ports = {}, runtime = 'loop' } = options;
  const shared = { runtime, concurrency: runtime === 'loop' ? EDITS : 1 };
  const rotationFunction = openFunctionProcess({
    ...shared,
    lambda: functions.rotation,
    environment: rotationEnvironment(surroundings),
    logFile: path.join(directory, 'rotate.log'),
  });
  started.push(() => rotationFunction.stop(), settled);
  const registryFunction = openFunctionProcess({
    ...shared,
    lambda: functions.registry,
    environment: registryEnvironment(surroundings),
    logFile: path.join(directory, 'registry.log'),
  });
  started.push(() => registryFunction.stop());
  const registry = await openEndpoint(surroundings, started, registryFunction, {
    port: ports.registry ?? 0,
    part: 'gateway of the registry',
    setting: 'TOKEN_VENDING_LOCAL_PORT_REGISTRY',
  });
  return { registry, registryFunction, rotationFunction };
}

/** @param registry its URL, which the metadata name */
export async function startVending(
  { surroundings, options, started }: FunctionsOptions,
  registry: string,
): Promise<Pick<LocalFunctions, 'endpoint' | 'function'>> {
  const { ports = {}, runtime = 'loop', concurrency = 1 } = options;
  const vending = await startFunctionProcess({
    lambda: surroundings.functions.vending,
    root: options.functionRoot,
    environment: { ...vendingEnvironment(surroundings, registry), ...options.environment },
    runtime,
    concurrency,
    logFile: path.join(surroundings.directory, 'function.log'),
    onLog: options.onLog ?? (() => undefined),
  });
  started.push(() => vending.stop());
  const where = { port: ports.gateway ?? 0 };
  const endpoint = await openEndpoint(surroundings, started, vending, where);
  return { endpoint, function: vending };
}

async function openEndpoint(
  { region, callers, frontDoor }: FunctionSurroundings,
  started: FunctionsOptions['started'],
  lambda: FunctionProcess,
  where: Pick<GatewayOptions, 'port' | 'part' | 'setting'>,
): Promise<string> {
  const invoke: FunctionProcess['invoke'] = (event) => lambda.invoke(event);
  const gateway = await startGateway({ ...where, region, callers, invoke, frontDoor });
  started.push(() => gateway.close());
  return gateway.url;
}
