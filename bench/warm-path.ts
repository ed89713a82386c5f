// What a cached vend costs in the function, in process: beside a handler that answers a constant, and beside the work that
// no such function can leave out.
import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { AccessPolicy } from '../lib/access-policy.ts';
import type { Vending } from '../lib/vending.ts';
import { allowAll, handle, openBenchVending, openPolicies } from './bench-vending.ts';
import { type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired, microseconds } from './paired.ts';
import { differences } from './statistics.ts';
import { vendEvent } from './vend-event.ts';
import { captureVend, stageProbes } from './warm-stages.ts';

const POLICIES = 50;
const BATCH = 100;
const DRILL_MILLISECONDS = 5;

/** The handler as functions/vend.ts composes it. */
function openHandler(vending: Vending) {
  const handler = middy({ timeoutEarlyInMillis: 0 }).handler((event: unknown) =>
    handle(vending, event),
  );
  const context = {} as Parameters<typeof handler>[1];
  return () => handler(vendEvent, context);
}

/** Read the event, hash and write one record, write the answer: whoever hands over a token and keeps a log does this. */
function leastWork({ event, record, answer }: { event: string; record: object; answer: object }) {
  return () => {
    JSON.parse(event);
    createHash('sha256').update(JSON.stringify(record)).digest('hex');
    return JSON.stringify(answer);
  };
}

/** The alarm's own test: what a careless change in the warm path would do. */
function busyPolicy(policy: AccessPolicy): AccessPolicy {
  return {
    version: policy.version,
    decide(request) {
      const end = performance.now() + DRILL_MILLISECONDS;
      while (performance.now() < end);
      return policy.decide(request);
    },
  };
}

/** Cached vends with and without Cedar, and each stage alone. */
export async function benchWarmPath({ quick, drill }: GroupOptions): Promise<GroupResult> {
  const policies = openPolicies(POLICIES);
  const slowed = (policy: AccessPolicy) => (drill === 'busy-wait' ? busyPolicy(policy) : policy);
  const plain = openBenchVending({ policy: slowed(allowAll) });
  const policed = openBenchVending({ policy: slowed(policies) });
  const captured = await captureVend(policies);
  const batch = drill === 'busy-wait' ? 1 : BATCH;
  const probes = {
    bare: microseconds(async () => ({ statusCode: 200, body: '{}' }), batch),
    least: microseconds(leastWork(captured), batch),
    decision: microseconds(captured.decide, batch),
    plain: microseconds(openHandler(plain), batch),
    policed: microseconds(openHandler(policed), batch),
  };
  const samples = await measurePaired(probes, quick ? 40 : 200, 10);
  const leastPoliced = samples.least.map((least, round) => least + (samples.decision[round] ?? 0));
  const stages = await measurePaired(stageProbes(captured, batch), quick ? 20 : 100, 10);
  return {
    group: 'warm-path',
    title: 'A cached vend in the function, audit records kept nowhere',
    figures: [
      measured('bare', 'handler that answers a constant', 'us', samples.bare),
      measured(
        'least-work',
        'least work: read event, hash record, write answer',
        'us',
        samples.least,
      ),
      measured('vend', 'cached vend, without Cedar', 'us', samples.plain, 40),
      measured(
        'vend-policed',
        `cached vend, Cedar with ${POLICIES} policies`,
        'us',
        samples.policed,
        300,
      ),
      measured('cedar-share', 'of it by Cedar', 'us', differences(samples.policed, samples.plain)),
      ratioOf('over-least-work', 'cached vend over the least work', samples.plain, samples.least),
      ratioOf(
        'over-least-work-policed',
        'with Cedar, over least work and one bare decision',
        samples.policed,
        leastPoliced,
      ),
      ...Object.entries(stages).map(([stage, times]) =>
        measured(`stage-${stage}`, `stage: ${stage}`, 'us', times),
      ),
    ],
    notes: [],
  };
}
