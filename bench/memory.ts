// Resident memory of the function over a million vends: it must not grow with them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { functionBuildOptions } from '../tools/bundle-function.ts';
import { LAMBDA_FLAGS } from './cold-process.ts';
import { exactly, type GroupOptions, type GroupResult } from './figure.ts';
import type { MemoryPlan, MemorySample } from './memory-main.ts';

// Lambda lets V8's young generation become so large; V8 takes its time, and growth would say when it did. So it is as large from the
// start where growth is measured.
const YOUNG_FROM_THE_START = '--min-semi-space-size=16';

export async function benchMemory({ quick }: GroupOptions): Promise<GroupResult> {
  const [settled, end] = quick ? [100_000, 200_000] : [100_000, 1_000_000];
  const script = await bundle();
  const empty = await sample(script, { vends: [end], empty: true });
  const ours = await sample(script, { vends: [0, end], empty: false });
  const steady = await sample(script, { vends: [settled, end], empty: false }, [
    YOUNG_FROM_THE_START,
  ]);
  const at = (samples: readonly MemorySample[], vends: number, kind: 'rss' | 'heap' = 'rss') =>
    samples.find((one) => one.vends === vends)?.[kind] ?? Number.NaN;
  const growth = (kind: 'rss' | 'heap') => at(steady, end, kind) / at(steady, settled, kind);
  const count = (vends: number) => vends.toLocaleString('en-US');
  const between = `from ${count(settled)} to ${count(end)} vends`;
  return {
    group: 'memory',
    title: 'Resident memory, Cedar with 20 policies, audit records kept nowhere',
    figures: [
      exactly('empty', `empty handler, after ${count(end)} events`, 'MB', at(empty, end)),
      exactly('init', 'token vending, after the first vend', 'MB', at(ours, 0)),
      exactly('end', `after ${count(end)} vends`, 'MB', at(ours, end)),
      exactly(
        'over-empty',
        'more than the empty handler at the end',
        'MB',
        at(ours, end) - at(empty, end),
      ),
      exactly('heap', 'live objects at the end', 'MB', at(ours, end, 'heap')),
      exactly(
        'growth',
        `growth ${between}, young generation whole from the start`,
        'x',
        growth('rss'),
      ),
      exactly('heap-growth', `growth of live objects ${between}`, 'x', growth('heap')),
    ],
    notes: [
      'The engine decides one vend in ten, a constant the others. After a garbage collection each, under the flags of Lambda.',
      'The adapters of AWS are not in it: cold-start has them.',
    ],
  };
}

/** Bundled as the function is: what strips types from TypeScript would keep memory of its own. */
async function bundle(): Promise<string> {
  const outdir = fileURLToPath(new URL('../dist/bench-memory/', import.meta.url));
  await build(functionBuildOptions(outdir, 'bench/memory-main.ts'));
  return `${outdir}index.mjs`;
}

async function sample(
  script: string,
  plan: MemoryPlan,
  flags: readonly string[] = [],
): Promise<MemorySample[]> {
  const child = fork(script, [JSON.stringify(plan)], {
    execArgv: [...LAMBDA_FLAGS, ...flags],
    // As deployed: infra/function.ts.
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  });
  const [samples] = await once(child, 'message');
  return samples as MemorySample[];
}
