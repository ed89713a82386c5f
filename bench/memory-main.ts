// The process whose memory is measured: its argument is the plan, its message the samples.
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { vendEvent } from './vend-event.ts';

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

// A million decisions of the engine would take minutes; every tenth is enough to see growth.
const ENGINE_EVERY = 10;
// Until its code is as well compiled as it ever is: compiled code is memory too.
const ENGINE_FIRST = 15_000;
const EVENTS_A_TURN = 1;
const plan: MemoryPlan = JSON.parse(process.argv[2] ?? '{}');

async function openHandler(): Promise<(event: unknown) => Promise<unknown>> {
  if (plan.empty) return async () => ({ statusCode: 200, body: '{}' });
  // Not at the top: the empty handler must not carry it.
  const { allowAll, handle, openBenchVending, openPolicies } = await import('./bench-vending.ts');
  const engine = openPolicies(20);
  let decisions = 0;
  const policy = {
    version: engine.version,
    decide(request: Parameters<typeof engine.decide>[0]) {
      decisions += 1;
      const byEngine = decisions <= ENGINE_FIRST || decisions % ENGINE_EVERY === 0;
      return (byEngine ? engine : allowAll).decide(request);
    },
  };
  const vending = openBenchVending({ policy });
  return (event) => handle(vending, event);
}

/** An invocation as the Runtime API makes it, for whatever handler: text in, text out. */
async function invoke(): Promise<void> {
  JSON.stringify(await handler(JSON.parse(event)));
}

const event = JSON.stringify(vendEvent);
const handler = await openHandler();
await invoke();
const samples: MemorySample[] = [];
let vended = 0;
for (const vends of plan.vends) {
  for (; vended < vends; vended += 1) {
    await invoke();
    // Weak references are cleared between turns of the event loop, and so between events in Lambda.
    if (vended % EVENTS_A_TURN === 0) await setImmediate();
  }
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  samples.push({ vends, rss: rss / 1e6, heap: heapUsed / 1e6 });
}
process.send?.(samples, () => process.exit());
