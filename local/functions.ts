import path from 'node:path';
import { REGISTRY, ROTATION } from './deployed-functions.ts';
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

/** The functions of a deployment and the endpoints in front of them. */
export interface LocalFunctions {
  /** URL for signed requests to the vending function. */
  readonly endpoint: string;
  /** URL for signed requests to the registry. */
  readonly registry: string;
  /** The vending function. */
  readonly function: FunctionProcess;
  readonly registryFunction: FunctionProcess;
  readonly rotationFunction: FunctionProcess;
}

export interface FunctionsOptions {
  readonly surroundings: FunctionSurroundings;
  readonly options: LocalSystemOptions;
  /** Resolves when no rotation runs. */
  readonly settled: () => Promise<void>;
  /** Gets what stops each part. */
  readonly started: (() => Promise<void>)[];
}

/** Invocations that share a process of the registry or of the rotation. A deployment has 5 processes. */
const EDITS = 5;

/**
 * Starts the functions, each in its own process. The registry and the rotation start at their first
 * invocation.
 */
export async function startFunctions({
  surroundings,
  options,
  settled,
  started,
}: FunctionsOptions): Promise<LocalFunctions> {
  const { directory, region, callers, frontDoor } = surroundings;
  const { ports = {}, runtime = 'loop', concurrency = 1 } = options;
  const logTo = (name: string) => path.join(directory, `${name}.log`);
  const keep = (lambda: FunctionProcess) => {
    started.push(() => lambda.stop());
    return lambda;
  };
  const edits = runtime === 'loop' ? EDITS : 1;
  const rotationFunction = keep(
    openFunctionProcess({
      lambda: ROTATION,
      environment: rotationEnvironment(surroundings),
      runtime,
      concurrency: edits,
      logFile: logTo('rotate'),
    }),
  );
  started.push(settled);
  const registryFunction = keep(
    openFunctionProcess({
      lambda: REGISTRY,
      environment: registryEnvironment(surroundings),
      runtime,
      concurrency: edits,
      logFile: logTo('registry'),
    }),
  );
  const open = async (
    lambda: FunctionProcess,
    where: Pick<GatewayOptions, 'port' | 'part' | 'setting'>,
  ) => {
    const invoke: FunctionProcess['invoke'] = (event) => lambda.invoke(event);
    const gateway = await startGateway({ ...where, region, callers, invoke, frontDoor });
    started.push(() => gateway.close());
    return gateway.url;
  };
  const registry = await open(registryFunction, {
    port: ports.registry ?? 0,
    part: 'gateway of the registry',
    setting: 'TOKEN_VENDING_LOCAL_PORT_REGISTRY',
  });
  const vending = keep(
    await startFunctionProcess({
      root: options.functionRoot,
      environment: { ...vendingEnvironment(surroundings, registry), ...options.environment },
      runtime,
      concurrency,
      logFile: logTo('function'),
      onLog: options.onLog ?? (() => undefined),
    }),
  );
  const endpoint = await open(vending, { port: ports.gateway ?? 0 });
  return { endpoint, registry, function: vending, registryFunction, rotationFunction };
}
