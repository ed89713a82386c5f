// What a cached vend costs in the function, in process: beside the work that no such function can leave out, and
// beside what the engine and the store take.
import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { AccessPolicy } from '../lib/access/policy.ts';
import type { Vending } from '../lib/vending/vending.ts';
import {
  allowAll,
  handle,
  openAuditToNowhere,
  openBenchVending,
  openPolicies,
} from './bench-vending.ts';
import { type Figure, type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { cpuMicroseconds, measurePaired, microseconds } from './paired.ts';
import { differences, ratios } from './statistics.ts';
import { vendEvent } from './vend-event.ts';
import { type CapturedVend, captureVend, stageProbes } from './warm-stages.ts';

const POLICIES = 50;
const BATCH = 100;
// What S3 takes to store an object, in its own Region.
const STORE_MILLISECONDS = 20;
const DRILL_MILLISECONDS = 5;

type ProbeName = 'least' | 'decision' | 'plain' | 'policed' | 'stored';

/** The handler as functions/vend.ts composes it. */
function openHandler(vending: Vending) {
  const handler = middy({ timeoutEarlyInMillis: 0 }).handler((event: unknown) =>
    handle(vending, event),
  );
  const context = {} as Parameters<typeof handler>[1];
  return () => handler(vendEvent, context);
}

/** Read the event, hash one record, write the response: no function that issues tokens and keeps a log can leave this out. */
function leastWork({
  event,
  record,
  response,
}: Pick<CapturedVend, 'event' | 'record' | 'response'>) {
  return () => {
    JSON.parse(event);
    createHash('sha256').update(JSON.stringify(record)).digest('hex');
    return JSON.stringify(response);
  };
}

/** The drill: what a careless change in the warm path would do. */
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

/** Cached vends with and without Cedar, with and without a store that takes its time, and each stage alone. */
export async function benchWarmPath({ quick, drill }: GroupOptions): Promise<GroupResult> {
  const policies = openPolicies(POLICIES);
  const slowed = (policy: AccessPolicy) => (drill === 'busy-wait' ? busyPolicy(policy) : policy);
  const plain = openBenchVending({ policy: slowed(allowAll) });
  const policed = openBenchVending({ policy: slowed(policies) });
  const stored = openBenchVending({
    policy: slowed(policies),
    audit: openAuditToNowhere(STORE_MILLISECONDS),
  });
  const captured = await captureVend(policies);
  const batch = drill === 'busy-wait' ? 1 : BATCH;
  const probes = {
    least: cpuMicroseconds(leastWork(captured), batch),
    decision: cpuMicroseconds(() => policies.decide(captured.accessRequest), batch),
    plain: cpuMicroseconds(openHandler(plain), batch),
    policed: cpuMicroseconds(openHandler(policed), batch),
    stored: microseconds(openHandler(stored), 1),
  };
  const samples = await measurePaired(probes, quick ? 40 : 200, 10);
  const stages = await measurePaired(stageProbes(captured, batch), quick ? 20 : 100, 10);
  return {
    group: 'warm-path',
    title: 'A cached vend in the function, records and measurements kept nowhere',
    figures: [
      ...figuresOf(samples),
      ...Object.entries(stages).map(([stage, times]) =>
        measured(`stage-${stage}`, `stage: ${stage}`, 'us', times),
      ),
    ],
    notes: [
      'CPU time; the stored vend and the stages by the clock.',
      `The store takes ${STORE_MILLISECONDS} ms for each object, as S3 does in its Region.`,
    ],
  };
}

function figuresOf(samples: Readonly<Record<ProbeName, number[]>>): Figure[] {
  const { least, decision, plain, policed, stored } = samples;
  // In a vend a decision takes more than in a loop: the rest of the vend shares the processor's caches.
  const engine = differences(policed, plain);
  return [
    measured('least-work', 'least work: read event, hash record, write response', 'us', least),
    measured('decision', `one decision in a loop, ${POLICIES} policies`, 'us', decision),
    measured('vend', 'cached vend, without Cedar', 'us', plain, 40),
    measured('vend-policed', `cached vend, Cedar with ${POLICIES} policies`, 'us', policed),
    measured('engine', 'of it the decision of the engine', 'us', engine),
    measured(
      'vend-stored',
      'the same, its record stored',
      'ms',
      stored.map((us) => us / 1_000),
    ),
    ratioOf('over-least-work', 'cached vend without Cedar over the least work', plain, least),
    ratioOf('over-decision', 'cached vend with Cedar over its decision', policed, engine),
    ratioOf('over-decision-in-a-loop', 'the same over one in a loop', policed, decision),
    measured(
      'share-of-stored',
      'cached vend with Cedar, share of the one that is stored',
      '%',
      ratios(policed, stored).map((ratio) => ratio * 100),
    ),
  ];
}
