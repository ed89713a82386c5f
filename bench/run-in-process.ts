import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GroupOptions, GroupResult } from './figure.ts';

/**
 * Runs one group in a process of its own: what the groups before it left on the heap, or taught the compiler, must not
 * show in its numbers.
 *
 * @throws Error when the process ends without a result
 */
export async function runInProcess(name: string, options: GroupOptions): Promise<GroupResult> {
  const script = fileURLToPath(new URL('run-group.ts', import.meta.url));
  const child = fork(script, [JSON.stringify({ name, options })], {
    execArgv: ['--expose-gc', '--no-warnings'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<GroupResult>();
  child.once('message', (result) => resolve(result as GroupResult));
  child.once('error', reject);
  child.once('exit', (code, signal) =>
    reject(new Error(`the benchmark ${name} ended without a result (${signal ?? code})`)),
  );
  return await promise;
}
