import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Whether a program of this name can run. */
export function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** File for the output of the program. Installations run at once, so none writes to the screen. */
  readonly logFile: string;
}

/**
 * Runs a program to its end.
 *
 * @throws Error if it fails, naming the log file
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { cwd, environment, logFile } = options;
  const output = openSync(logFile, 'a');
  try {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...environment },
    });
    const [status, signal] = await once(child, 'close');
    if (status === 0) return;
    throw new Error(`${program} ${args[0]} failed (${signal ?? status}); see ${logFile}`);
  } finally {
    closeSync(output);
  }
}
