import type { Measurement } from '../lib/metrics/measure.ts';
import type { ProbeOutcome } from './probe.ts';

/** The metrics of the outcomes. */
export function measureProbes(outcomes: readonly ProbeOutcome[]): Measurement[] {
  const failed = outcomes.filter(({ passed }) => !passed);
  return [
    { metric: 'probes', value: outcomes.length, dimensions: {} },
    { metric: 'probeFailures', value: failed.length, dimensions: {} },
  ];
}
