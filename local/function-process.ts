import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

export interface FunctionProcessOptions {
  /** Directory that holds index.mjs. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Invocations that share the process; 1 as on classic Lambda. */
  readonly concurrency: number;
  /** File that takes what the function prints. */
  readonly logFile: string;
  /** Called with each line that the function prints. */
  readonly onLog?: (line: string) => void;
  /** Flags of Node; Lambda's own are `--expose-gc --max-semi-space-size=16 --max-old-space-size=460`. */
  readonly flags?: readonly string[];
}

export interface FunctionProcess {
  invoke(event: unknown): Promise<unknown>;
  readonly pid: number;
  /** Starts a new process in place of this one: a cold start. */
  restart(): Promise<void>;
  /** Ends the process without any chance to tidy up; the next invocation starts a new one. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs the function's bundle as Lambda would: its own process with nothing but the environment that it is given, behind the
 * Runtime API.
 *
 * @throws FunctionError with what the function posted when it cannot start
 */
export async function startFunctionProcess(
  options: FunctionProcessOptions,
): Promise<FunctionProcess> {
  let current = await launch(options);
  let starting: Promise<void> | undefined;

  const end = async (signal: NodeJS.Signals) => {
    const { child, api } = current;
    if (child.exitCode === null && child.signalCode === null) {
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
    starting ??= relaunch().finally(() => {
      starting = undefined;
    });
    await starting;
  };

  return {
    get pid() {
      return current.child.pid ?? 0;
    },
    async invoke(event) {
      if (
        starting !== undefined ||
        current.child.exitCode !== null ||
        current.child.signalCode !== null
      )
        await restart();
      return await current.api.invoke(event);
    },
    restart,
    async kill() {
      await starting;
      const { child } = current;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    stop: () => end('SIGTERM'),
  };
}

async function launch(
  options: FunctionProcessOptions,
): Promise<{ api: RuntimeApi; child: ChildProcess }> {
  const api = await startRuntimeApi();
  const loop = fileURLToPath(new URL('./runtime-loop.ts', import.meta.url));
  const child = spawn(process.execPath, [...(options.flags ?? []), '--no-warnings', loop], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...options.environment,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.port}`,
      AWS_LAMBDA_MAX_CONCURRENCY: String(options.concurrency),
      LAMBDA_TASK_ROOT: options.root,
      _HANDLER: 'index.handler',
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
    child.once('exit', (code, signal) => {
      api.abandon('the function ended before it answered');
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
