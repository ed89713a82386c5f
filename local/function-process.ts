import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type DeployedFunction, VENDING } from './deployed-functions.ts';
import { FunctionError, NotTaken, type RuntimeApi, startRuntimeApi } from './runtime-api.ts';
import { findRuntimeInterfaceClient } from './runtime-interface-client.ts';

/**
 * The program that polls the Runtime API and calls the handler: local/runtime-loop.ts, or the
 * runtime interface client of AWS.
 */
export type FunctionRuntime = 'loop' | 'ric';

export interface FunctionProcessOptions {
  /** Default: the vending function. */
  readonly lambda?: DeployedFunction;
  /** Directory that holds index.mjs. Default: that of the function's bundle. */
  readonly root?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Default: `loop`. */
  readonly runtime?: FunctionRuntime;
  /** Invocations that share the process; 1 as on classic Lambda, and always 1 with `ric`. */
  readonly concurrency: number;
  /** File for the output of the function. */
  readonly logFile: string;
  /** Called with each line that the function prints. */
  readonly onLog?: (line: string) => void;
  /**
   * Flags of Node; those of Lambda are `--expose-gc --max-semi-space-size=16
   * --max-old-space-size=460`.
   */
  readonly flags?: readonly string[];
}

export interface FunctionProcess {
  /**
   * @param qualifier the alias or version that is invoked; default: the alias of the endpoint;
   *   empty: none, which is `$LATEST`
   */
  invoke(event: unknown, qualifier?: string): Promise<unknown>;
  /** 0 before the first start. */
  readonly pid: number;
  /** Replaces this process by a new one: a cold start. */
  restart(): Promise<void>;
  /** Kills the process (SIGKILL). The next invocation starts a new one. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs the bundle of the function as Lambda does: a process of its own behind the Runtime API, with
 * no environment but `environment`.
 *
 * @throws FunctionError with the error that the function posted if it cannot start
 * @throws Error if `ric` is not installed, or if several invocations are to share it
 */
export async function startFunctionProcess(
  options: FunctionProcessOptions,
): Promise<FunctionProcess> {
  const opened = openFunctionProcess(options);
  await opened.restart();
  return opened;
}

/** The same, but the first invocation starts the process. */
export function openFunctionProcess(options: FunctionProcessOptions): FunctionProcess {
  let current: Launched | undefined;
  let starting: Promise<void> | undefined;
  let stopped = false;

  const end = async (signal: NodeJS.Signals) => {
    if (current === undefined) return;
    const { child, api } = current;
    if (isAlive(child)) {
      child.kill(signal);
      await once(child, 'exit');
    }
    await api.close();
  };
  const relaunch = async () => {
    await end('SIGKILL');
    current = await launch(options);
  };
  const restart = async () => {
    if (stopped) throw new FunctionError('the function was stopped');
    starting ??= relaunch().finally(() => {
      starting = undefined;
    });
    await starting;
  };

  const invoke = async (event: unknown, qualifier?: string): Promise<unknown> => {
    if (stopped || starting !== undefined || !isAlive(current?.child)) await restart();
    try {
      return await (current as Launched).api.invoke(event, qualifier);
    } catch (error) {
      // The event waited behind the invocation that ended the process. In Lambda another process
      // would take it.
      if (error instanceof NotTaken) return await invoke(event, qualifier);
      throw error;
    }
  };

  return {
    get pid() {
      return current?.child.pid ?? 0;
    },
    invoke,
    restart,
    async kill() {
      await starting;
      const child = current?.child;
      if (!isAlive(child)) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async stop() {
      stopped = true;
      await starting?.catch(() => undefined);
      await end('SIGTERM');
    },
  };
}

interface Launched {
  readonly api: RuntimeApi;
  readonly child: ChildProcess;
}

function isAlive(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

// Lambda sets these; the runtime interface client rejects every event if one is missing.
const SET_BY_LAMBDA = {
  AWS_LAMBDA_FUNCTION_NAME: 'function',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/function',
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
};
const HANDLER = 'index.handler';

interface Command {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function commandOf({ runtime = 'loop', concurrency }: FunctionProcessOptions): Command {
  if (runtime === 'loop') {
    const loop = fileURLToPath(new URL('./runtime-loop.ts', import.meta.url));
    return {
      args: ['--no-warnings', loop],
      environment: { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) },
    };
  }
  const found = findRuntimeInterfaceClient();
  if (found.entry === undefined) throw new Error(found.reason);
  // AWS_LAMBDA_MAX_CONCURRENCY, whatever its value, would start 8 worker threads a core, each with caches of its own.
  if (concurrency !== 1) throw new Error(`ric takes 1 invocation at a time, not ${concurrency}`);
  return { args: [found.entry, HANDLER], environment: {} };
}

async function launch(options: FunctionProcessOptions): Promise<Launched> {
  const { lambda = VENDING } = options;
  const command = commandOf(options);
  const root = path.resolve(options.root ?? lambda.bundle);
  const api = await startRuntimeApi(lambda);
  const child = spawn(process.execPath, [...(options.flags ?? []), ...command.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    env: {
      ...SET_BY_LAMBDA,
      ...options.environment,
      ...command.environment,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.port}`,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: HANDLER,
    },
  });
  let log: Promise<void> = Promise.resolve();
  const keep = (text: Buffer) => {
    log = log.then(() => appendFile(options.logFile, text, { mode: 0o600 }));
  };
  child.stdout?.on('data', keep);
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => options.onLog?.(line));
  }
  child.stderr?.on('data', keep);
  const exited = new Promise<never>((_, reject) => {
    // For example if the root does not exist.
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      api.abandon('the function ended before it responded');
      reject(new Error(`the function ended at start (${signal ?? code}); see ${options.logFile}`));
    });
  });
  exited.catch(() => undefined);
  try {
    await Promise.race([api.ready, exited]);
  } catch (error) {
    child.kill('SIGKILL');
    await api.close();
    throw error;
  }
  return { api, child };
}
