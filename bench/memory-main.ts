// The process whose memory is measured: its argument is the plan, its message the samples.
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';

export interface MemoryPlan {
  /** How many vends before each sample, in all. */
  readonly vends: readonly number[];
  /** A handler that answers a constant, in the place of ours. */
  readonly empty: boolean;
}

export interface MemorySample {
  readonly vends: number;
  /** Megabytes, resident. */
  readonly rss: number;
  /** Megabytes of live objects. */
  readonly heap: number;
}

// A million decisions by Cedar would take minutes; a hundred thousand show a leak as well.
const CEDAR_EVERY = 10;
// Until its code is as well compiled as it ever is: compiled code is memory too.
const CEDAR_FIRST = 15_000;
const EVENTS_A_TURN = 10;
const plan: MemoryPlan = JSON.parse(process.argv[2] ?? '{}');

async function openHandler(): Promise<() => Promise<unknown>> {
  if (plan.empty) return async () => ({ statusCode: 200 });
  // Not at the top: the empty handler must not carry it.
  const { allowAll, handle, openBenchVending, openPolicies } = await import('./bench-vending.ts');
  const { vendEvent } = await import('./vend-event.ts');
  const cedar = openPolicies(20);
  let decisions = 0;
  const policy = {
    version: cedar.version,
    decide(request: Parameters<typeof cedar.decide>[0]) {
      decisions += 1;
      const byCedar = decisions <= CEDAR_FIRST || decisions % CEDAR_EVERY === 0;
      return (byCedar ? cedar : allowAll).decide(request);
    },
  };
  const vending = openBenchVending({ policy });
  return () => handle(vending, vendEvent);
}

const handler = await openHandler();
await handler();
const samples: MemorySample[] = [];
let vended = 0;
for (const vends of plan.vends) {
  for (; vended < vends; vended += 1) {
    await handler();
    // Weak references are cleared between turns of the event loop, and so between events in Lambda.
    if (vended % EVENTS_A_TURN === 0) await setImmediate();
  }
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  samples.push({ vends, rss: rss / 1e6, heap: heapUsed / 1e6 });
}
process.send?.(samples, () => process.exit());
