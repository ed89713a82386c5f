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

// What a terminal sends, it sends to the whole foreground group: the command has had it from there.
const FROM_KEYBOARD: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** How a command ended: the signal that killed it, or its exit code. */
export type ChildEnd = NodeJS.Signals | number;

/**
 * Runs a command in this one's place, as near to exec as a parent can be: its own standard streams, and every signal passed on.
 *
 * @throws {@link CommandError} with 127 where there is no such command, 126 where it cannot be run, as shells have it
 */
export async function runChild(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ChildEnd> {
  const child = spawn(file, args, { stdio: 'inherit', env: environment });
  const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>();
  const forward = (signal: NodeJS.Signals) => {
    // A second interrupt makes Terraform drop what it is doing: one Ctrl-C must not become two.
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
  // By number, since process.stdin would take over what the command is to read.
  return [0, 1, 2].some((stream) => isatty(stream));
}

/** Ends this process as a command ended: whoever started us must see the same signal, not an exit code that stands for it. */
export function endAs(end: ChildEnd): void {
  if (typeof end === 'number') {
    process.exitCode = end;
    return;
  }
  process.exitCode = 128 + constants.signals[end];
  process.removeAllListeners(end);
  process.kill(process.pid, end);
}
