import { spawnSync } from 'node:child_process';
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
  /** File for the output of the program. Default: the output is shown. */
  readonly logFile?: string;
}

/**
 * Runs a program to its end.
 *
 * @throws Error if it fails, naming the log file
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): void {
  const { cwd, environment, logFile } = options;
  const output = logFile === undefined ? 'inherit' : openSync(logFile, 'a');
  const { status, signal, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...environment },
  });
  if (output !== 'inherit') closeSync(output);
  if (error !== undefined) throw error;
  if (status === 0) return;
  const place = logFile === undefined ? '' : `; see ${logFile}`;
  throw new Error(`${program} ${args[0]} failed (${signal ?? status})${place}`);
}
