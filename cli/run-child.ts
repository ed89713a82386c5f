import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { isatty } from 'node:tty';
import { CommandError } from './command-error.ts';

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

// A terminal sends these signals to the whole foreground group, so the command already has them.
const FROM_KEYBOARD: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** The signal that killed a command, or its exit code. */
export type ChildEnd = NodeJS.Signals | number;

/**
 * Runs a command as a child, as close to exec as possible: it inherits the standard streams and
 * receives every signal.
 *
 * @throws {@link CommandError} 127 if there is no such command, 126 if it cannot be run, as in
 *   shells
 */
export async function runChild(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ChildEnd> {
  const child = spawn(file, args, { stdio: 'inherit', env: environment });
  const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>();
  const forward = (signal: NodeJS.Signals) => {
    // A second interrupt makes Terraform stop without cleaning up, so one Ctrl-C must not be sent
    // twice.
    if (!(FROM_KEYBOARD.has(signal) && hasTerminal())) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  child.on('error', (error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT';
    reject(
      new CommandError(
        missing ? 127 : 126,
        `${file}: ${missing ? 'command not found' : 'cannot be run'}`,
      ),
    );
  });
  child.on('exit', (code, signal) => resolve(signal ?? code ?? 1));
  return await promise.finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
}

function hasTerminal(): boolean {
  // By number, because using process.stdin would read the input of the command.
  return [0, 1, 2].some((stream) => isatty(stream));
}

/**
 * Ends this process as the command ended. The parent process must see the same signal, not an exit
 * code for it.
 */
export function endAs(end: ChildEnd): void {
  if (typeof end === 'number') {
    process.exitCode = end;
    return;
  }
  process.exitCode = 128 + constants.signals[end];
  process.removeAllListeners(end);
  process.kill(process.pid, end);
}
