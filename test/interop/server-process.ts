import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to PATH, HOME and JAVA_HOME of this process. Nothing else is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For the output of the server. */
  readonly logFile: string;
  /** The server is ready when this URL has status 200. */
  readonly readyUrl: string;
}

/** The process of a server, and of all programs that it has started. */
export interface ServerProcess extends AsyncDisposable {
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const READY_WITHIN = 110_000;
const POLL_EVERY = 200;

/**
 * Starts a server and waits until it is ready.
 *
 * @throws Error if it ends, or is not ready within 110 s; the message names the log file
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const output = openSync(options.logFile, 'a');
  const { PATH = '', HOME = '', JAVA_HOME } = process.env;
  const child = spawn(options.program, options.args, {
    cwd: options.cwd,
    stdio: ['ignore', output, output],
    env: { PATH, HOME, ...(JAVA_HOME && { JAVA_HOME }), ...options.environment },
  });
  closeSync(output);
  const stop = async () => {
    if (hasEnded(child)) return;
    const ended = once(child, 'exit');
    // SIGKILL: these servers keep nothing, a paused one ignores SIGTERM, and some take 10 s for it.
    signalFamily(child, 'SIGKILL');
    await ended;
  };
  try {
    await waitUntilReady(child, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pause: () => signalFamily(child, 'SIGSTOP'),
    resume: () => signalFamily(child, 'SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function waitUntilReady(child: ChildProcess, options: ServerProcessOptions): Promise<void> {
  const { program, readyUrl, logFile } = options;
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  for (const until = Date.now() + READY_WITHIN; Date.now() < until; await delay(POLL_EVERY)) {
    if (failed !== undefined) throw failed;
    if (hasEnded(child)) throw new Error(`${program} has ended; see ${logFile}`);
    if (await isReady(readyUrl)) return;
  }
  throw new Error(`${program} is not ready within ${READY_WITHIN / 1_000} s; see ${logFile}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

function signalFamily(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || hasEnded(child)) return;
  // Not as a process group of its own: that would outlive Ctrl-C.
  for (const pid of familyOf(child.pid)) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended since.
    }
  }
}

/** A process and all that it has started: a start script may run the server as its child. */
function familyOf(pid: number): number[] {
  let children: string;
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return [pid];
  }
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(familyOf)];
}
