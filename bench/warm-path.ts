// What a cached vend costs in the function, in process: beside a handler that answers a constant, and beside the work that
// no such function can leave out.
import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { AccessPolicy } from '../lib/access/policy.ts';
import type { Vending } from '../lib/vending/vending.ts';
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
  const forgetful = openPolicies(POLICIES, 0);
  const slowed = (policy: AccessPolicy) => (drill === 'busy-wait' ? busyPolicy(policy) : policy);
  const plain = openBenchVending({ policy: slowed(allowAll) });
  const policed = openBenchVending({ policy: slowed(policies) });
  const anew = openBenchVending({ policy: slowed(forgetful) });
  const captured = await captureVend(policies);
  const batch = drill === 'busy-wait' ? 1 : BATCH;
  const probes = {
    bare: microseconds(async () => ({ statusCode: 200, body: '{}' }), batch),
    least: microseconds(leastWork(captured), batch),
    decision: microseconds(() => forgetful.decide(captured.asked), batch),
    plain: microseconds(openHandler(plain), batch),
    policed: microseconds(openHandler(policed), batch),
    anew: microseconds(openHandler(anew), batch),
  };
  const samples = await measurePaired(probes, quick ? 40 : 200, 10);
  const leastAnew = samples.least.map((least, round) => least + (samples.decision[round] ?? 0));
  const stages = await measurePaired(stageProbes(captured, batch), quick ? 20 : 100, 10);
  return {
    group: 'warm-path',
    title: 'A cached vend in the function, records and measurements kept nowhere',
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
        `cached vend, Cedar with ${POLICIES} policies, asked before`,
        'us',
        samples.policed,
        300,
      ),
      measured('vend-anew', 'cached vend, the engine decides each time', 'us', samples.anew, 300),
      measured('engine', 'of it by the engine', 'us', differences(samples.anew, samples.policed)),
      ratioOf('over-least-work', 'cached vend over the least work', samples.plain, samples.least),
      ratioOf(
        'over-least-work-policed',
        'with Cedar, asked before, over the least work',
        samples.policed,
        samples.least,
      ),
      ratioOf(
        'over-least-work-anew',
        'the engine each time, over least work and one bare decision',
        samples.anew,
        leastAnew,
      ),
      ...Object.entries(stages).map(([stage, times]) =>
        measured(`stage-${stage}`, `stage: ${stage}`, 'us', times),
      ),
    ],
    notes: [],
  };
}
