// Many requests at once in one process, beside one at a time: whether they wait for each other.
import type { AccessPolicy } from '../lib/access/policy.ts';
import {
  allowAll,
  handle,
  openAuditToNowhere,
  openBenchVending,
  openPolicies,
} from './bench-vending.ts';
import { type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired } from './paired.ts';
import { vendEvent } from './vend-event.ts';

const STORE_MILLISECONDS = 20;
const POLICIES = 50;
const AT_ONCE = 32;
const VENDS_ALONE = 8;
const VENDS_EACH = 4;

/** Requests per second of a function, so many at a time. */
async function openProbes(policy: AccessPolicy) {
  const vending = openBenchVending({ policy, audit: openAuditToNowhere(STORE_MILLISECONDS) });
  const vend = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      const { statusCode } = await handle(vending, vendEvent);
      if (statusCode !== 200) throw new Error(`a vend of the benchmark got ${statusCode}`);
    }
  };
  // So that every vend that is measured comes from the cache.
  await vend(1);
  return (concurrency: number, each: number) => async () => {
    const started = performance.now();
    await Promise.all(Array.from({ length: concurrency }, () => vend(each)));
    return (concurrency * each) / ((performance.now() - started) / 1_000);
  };
}

export async function benchAtOnce({ quick }: GroupOptions): Promise<GroupResult> {
  const plain = await openProbes(allowAll);
  const policed = await openProbes(openPolicies(POLICIES));
  const probes = {
    one: plain(1, VENDS_ALONE),
    together: plain(AT_ONCE, VENDS_EACH),
    onePoliced: policed(1, VENDS_ALONE),
    togetherPoliced: policed(AT_ONCE, VENDS_EACH),
  };
  const samples = await measurePaired(probes, quick ? 10 : 60, 3);
  const { one, together, onePoliced, togetherPoliced } = samples;
  return {
    group: 'at-once',
    title: `Cached vends of one process whose records take ${STORE_MILLISECONDS} ms to store`,
    figures: [
      measured('one', 'one request at a time, without Cedar', 'per s', one),
      measured('together', `${AT_ONCE} requests at once, without Cedar`, 'per s', together),
      measured('one-policed', 'one at a time, Cedar', 'per s', onePoliced),
      measured('together-policed', `${AT_ONCE} at once, Cedar`, 'per s', togetherPoliced),
      ratioOf('over-one', `${AT_ONCE} at once over one, without Cedar`, together, one),
      ratioOf('over-one-policed', 'the same with Cedar', togetherPoliced, onePoliced),
    ],
    notes: [
      `Cedar with ${POLICIES} policies. With it the rate depends on the CPU as well, so the budget is for vends without.`,
    ],
  };
}
