import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { TestSystem } from './test-system.ts';

export const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));

/** A running command line. */
export interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly written: { stdout: string; stderr: string };
  /** Resolves when standard output contains `pattern`. Rejects if the command ends without it. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<{
    stdout: string;
    stderr: string;
    code: number | null;
    signal: NodeJS.Signals | null;
  }>;
}

/** The environment of a caller of the system. Only PATH comes from this process. */
export function environmentOf(system: TestSystem, caller: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TOKEN_VENDING_ENDPOINT: system.endpoint,
    TOKEN_VENDING_REGION: system.region,
    AWS_CONFIG_FILE: path.join(system.directory, 'callers/aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(system.directory, 'callers/aws-credentials'),
    TOKEN_VENDING_PROFILE: caller,
  };
}

/** Starts the built command line. */
export function startCommand(
  args: readonly string[],
  environment: Record<string, string>,
): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += chunk));
  child.stderr.on('data', (chunk) => (written.stderr += chunk));
  const ended = once(child, 'close').then(([code, signal]) => ({ ...written, code, signal }));
  const shows = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(written.stdout);
      if (found !== null) return found;
      const done = await Promise.race([once(child.stdout, 'data').then(() => undefined), ended]);
      if (done !== undefined && !pattern.test(written.stdout))
        throw new Error(`ended without showing ${pattern}: ${done.stderr}`);
    }
  };
  return { child, written, shows, ended };
}
