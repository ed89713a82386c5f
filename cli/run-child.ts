import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { CommandFailed } from './command-failed.ts';

const FORWARDED = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGCONT',
] as const;

/**
 * Runs a command in this one's place, as near to exec as a parent can be: its own standard streams, every signal passed on,
 * and the same end, by exit code or by signal.
 *
 * @throws {@link CommandFailed} with 127 where there is no such command, 126 where it cannot be run, as shells have it
 */
export async function runChild(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const child = spawn(file, args, { stdio: 'inherit', env: environment });
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.Signals | number>();
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  child.on('error', (error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT';
    reject(
      new CommandFailed(
        missing ? 127 : 126,
        `${file}: ${missing ? 'command not found' : 'cannot be run'}`,
      ),
    );
  });
  child.on('exit', (code, signal) => resolve(signal ?? code ?? 1));
  const end = await promise.finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
  if (typeof end === 'string') dieBy(end);
  else process.exitCode = end;
}

// Whoever started us must see the same signal, not an exit code that stands for it.
function dieBy(signal: NodeJS.Signals): void {
  process.exitCode = 128 + constants.signals[signal];
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
