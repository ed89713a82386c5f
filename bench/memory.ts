// Resident memory of the function over a million vends: it must not grow with them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { functionBuildOptions } from '../tools/bundle-function.ts';
import { LAMBDA_FLAGS } from './cold-process.ts';
import { exactly, type GroupOptions, type GroupResult } from './figure.ts';
import type { MemoryPlan, MemorySample } from './memory-main.ts';

export async function benchMemory({ quick }: GroupOptions): Promise<GroupResult> {
  const [settled, end] = quick ? [100_000, 200_000] : [100_000, 1_000_000];
  const script = await bundle();
  const empty = await sample(script, { vends: [settled, end], empty: true });
  const ours = await sample(script, { vends: [0, settled, end], empty: false });
  const at = (samples: readonly MemorySample[], vends: number, kind: 'rss' | 'heap' = 'rss') =>
    samples.find((one) => one.vends === vends)?.[kind] ?? Number.NaN;
  const count = (vends: number) => vends.toLocaleString('en-US');
  return {
    group: 'memory',
    title: 'Resident memory, Cedar with 20 policies, audit records kept nowhere',
    figures: [
      exactly('empty', `empty handler, after ${count(end)} events`, 'MB', at(empty, end)),
      exactly('init', 'token vending, after the first vend', 'MB', at(ours, 0)),
      exactly('settled', `after ${count(settled)} vends`, 'MB', at(ours, settled)),
      exactly('end', `after ${count(end)} vends`, 'MB', at(ours, end)),
      exactly(
        'over-empty',
        'more than the empty handler at the end',
        'MB',
        at(ours, end) - at(empty, end),
      ),
      exactly(
        'growth',
        `growth from ${count(settled)} to ${count(end)} vends`,
        'x',
        at(ours, end) / at(ours, settled),
      ),
      exactly('heap', 'live objects at the end', 'MB', at(ours, end, 'heap')),
      exactly(
        'heap-growth',
        'growth of live objects',
        'x',
        at(ours, end, 'heap') / at(ours, settled, 'heap'),
      ),
    ],
    notes: [
      'One vend in ten decided by the engine, the others from memory. After a garbage collection each, under the flags of Lambda.',
    ],
  };
}

/** Bundled as the function is: what strips types from TypeScript would keep memory of its own. */
async function bundle(): Promise<string> {
  const outdir = fileURLToPath(new URL('../dist/bench-memory/', import.meta.url));
  await build(functionBuildOptions(outdir, 'bench/memory-main.ts'));
  return `${outdir}index.mjs`;
}

async function sample(script: string, plan: MemoryPlan): Promise<MemorySample[]> {
  const child = fork(script, [JSON.stringify(plan)], { execArgv: LAMBDA_FLAGS });
  const [samples] = await once(child, 'message');
  return samples as MemorySample[];
}
