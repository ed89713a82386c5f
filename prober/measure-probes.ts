import type { Measurement } from '../lib/metrics/measure.ts';
import type { ProbeOutcome } from './probe.ts';

/** What probes say in numbers. */
export function measureProbes(outcomes: readonly ProbeOutcome[]): Measurement[] {
  const failed = outcomes.filter(({ passed }) => !passed);
  return [
    { metric: 'probes', value: outcomes.length, dimensions: {} },
    { metric: 'probeFailures', value: failed.length, dimensions: {} },
  ];
}
