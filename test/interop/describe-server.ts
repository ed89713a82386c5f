import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findRuntimeInterfaceClient } from '../../local/runtime-interface-client.ts';
import type { InstallRow } from '../../tools/interop/install-row.ts';
import { moto } from '../../tools/interop/moto.ts';
import { writeResults } from './results.ts';
import type { InteropServer } from './server.ts';
import { expectedOf, isOffered } from './situation.ts';
import { table } from './table.ts';
import { type InteropWorld, startWorld } from './world.ts';

/**
 * The table of situations at one server. If the server cannot run here, it is skipped and the
 * reason is printed.
 */
export function describeServer(definition: InteropServer): void {
  const { title, version } = definition;
  const obstacle = findObstacle(definition);
  // Not by console, whose output jest buffers until a file has ended, and drops with --silent.
  if (obstacle !== undefined) process.stderr.write(`skipped: ${title} ${version}: ${obstacle}\n`);
  const suite = obstacle === undefined ? describe : describe.skip;
  suite(`${title} ${version}`, () => {
    const results = new Map<string, string>();
    let world: InteropWorld;
    beforeAll(async () => {
      world = await startWorld(definition);
    });
    afterAll(async () => {
      writeResults(definition, results);
      // If it did not start, that error is shown.
      await world?.[Symbol.asyncDispose]();
    });
    for (const situation of table) {
      const { name, run } = situation;
      if (!isOffered(situation, definition)) {
        results.set(name, 'not offered');
        it.skip(`${name} (not offered)`, () => undefined);
        continue;
      }
      it(name, async () => {
        const expected = expectedOf(situation, definition);
        results.set(name, `failed, expected: ${expected}`);
        const seen = await run(world);
        results.set(name, seen === expected ? seen : `${seen}, expected: ${expected}`);
        expect(seen).toBe(expected);
      });
    }
  });
}

/** Why the server cannot run here, if it cannot. */
export function findObstacle({ installation }: InteropServer): string | undefined {
  const client = findRuntimeInterfaceClient();
  if (client.entry === undefined) return client.reason;
  return obstacleOf(moto) ?? obstacleOf(installation);
}

function obstacleOf(row: InstallRow): string | undefined {
  if (row.isInstalled()) return undefined;
  const missing = row.missing();
  return missing.length === 0
    ? `${row.name} is not installed: npm run interop:install installs it`
    : `this machine has no ${missing.join(', no ')}`;
}
