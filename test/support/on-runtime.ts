import process from 'node:process';
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { FunctionRuntime } from '../../local/function-process.ts';
import { findRuntimeInterfaceClient } from '../../local/runtime-interface-client.ts';
import type { LocalSystemOptions } from '../../local/system.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

/**
 * A suite on its own test system, whose function is called by `runtime`. The same suite can run in
 * test/e2e under `loop` and in test/interop under `ric`. If the runtime interface client is not
 * installed, the suite is skipped and the reason is printed.
 *
 * @param tests defines the tests; the system that it is given is started when they run
 *
 * @example
 * ```ts
 * export const describeFaults = (runtime: FunctionRuntime) =>
 *   describeOnRuntime('the function', runtime, (system) => {
 *     it.each(rows)('$when', async (row) => {
 *       await row.arrange(system());
 *     });
 *   });
 * ```
 */
export function describeOnRuntime(
  name: string,
  runtime: FunctionRuntime,
  tests: (system: () => TestSystem) => void,
  options: Partial<LocalSystemOptions> = {},
): void {
  const reason = reasonToSkip(runtime);
  const title = `${name}, under ${runtime}`;
  // Not by console, whose output jest buffers until a file has ended, and drops with --silent.
  if (reason !== undefined) process.stderr.write(`skipped: ${title}: ${reason}\n`);
  const suite = reason === undefined ? describe : describe.skip;
  suite(title, () => {
    let system: TestSystem;
    beforeAll(async () => {
      system = await startTestSystem({ ...options, runtime });
    });
    // If it did not start, that error is shown.
    afterAll(() => system?.stop());
    tests(() => system);
  });
}

function reasonToSkip(runtime: FunctionRuntime): string | undefined {
  if (runtime === 'loop') return undefined;
  const found = findRuntimeInterfaceClient();
  return found.entry === undefined ? found.reason : undefined;
}
