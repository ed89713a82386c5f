// As many processes of the function as Lambda would run for so many requests at once: each has its own cache, so each
// mints its own token. The figure that says when a shared store pays.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFunctionProcess } from '../local/function-process.ts';
import { bundleFunction } from '../tools/bundle-function.ts';
import { functionEnvironment } from './cold-process.ts';
import { exactly, type Figure, type GroupOptions, type GroupResult } from './figure.ts';
import { writePolicies } from './function-variants.ts';
import { startUpstreamProcess } from './upstream-process.ts';
import { vendEvent } from './vend-event.ts';

const VENDS_EACH = 20;

export async function benchFleet({ quick }: GroupOptions): Promise<GroupResult> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-fleet-'));
  const figures: Figure[] = [];
  try {
    const root = path.join(directory, 'function');
    await bundleFunction(root);
    const policies = await writePolicies(directory);
    for (const size of quick ? [1, 4] : [1, 2, 4, 8]) {
      const named = `${size} process${size === 1 ? '' : 'es'}`;
      const { mints, vends } = await dispatch(size, root, directory, policies);
      figures.push(
        exactly(`mints-${size}`, `${named}: mints`, 'count', mints),
        exactly(`per-process-${size}`, `${named}: mints of each`, 'x', mints / size),
        exactly(`per-thousand-${size}`, `${named}: mints`, 'per 1,000', (mints / vends) * 1_000),
      );
    }
    return {
      group: 'fleet',
      title: 'Mints by the number of processes, one credential, no shared store',
      figures,
      notes: [
        'A process mints once in the life of a token: a shared store saves (processes - 1) mints an hour and credential.',
      ],
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Hands events to `size` processes by turns, one at a time each, as Lambda does while all of them are busy. */
async function dispatch(size: number, root: string, directory: string, policies: string) {
  const upstreams = await startUpstreamProcess();
  const environment = await functionEnvironment(upstreams, directory, policies);
  const logFile = path.join(directory, 'function.log');
  const start = () => startFunctionProcess({ root, environment, concurrency: 1, logFile });
  const processes = await Promise.all(Array.from({ length: size }, start));
  try {
    const vends = size * VENDS_EACH;
    await Promise.all(
      processes.map(async (one) => {
        for (let vend = 0; vend < VENDS_EACH; vend += 1) {
          const { statusCode } = (await one.invoke(vendEvent)) as { statusCode: number };
          if (statusCode !== 200) throw new Error(`the fleet answered ${statusCode}`);
        }
      }),
    );
    const { tokens } = await upstreams.counts();
    return { mints: tokens, vends };
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    upstreams.stop();
  }
}
