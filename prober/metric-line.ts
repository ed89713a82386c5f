import { METRIC_NAMESPACE, METRICS } from '../lib/metric-names.ts';
import type { ProbeOutcome } from './probe.ts';

/**
 * What CloudWatch makes metrics of: one line in the embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * It also says what came, for whoever looks into a failure.
 *
 * @param now milliseconds since the Unix epoch
 */
export function metricLine(outcomes: readonly ProbeOutcome[], now: number): string {
  const { probes, probeFailures } = METRICS;
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: probes.dimensions,
          Metrics: [probes, probeFailures].map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    [probes.name]: outcomes.length,
    [probeFailures.name]: outcomes.filter(({ passed }) => !passed).length,
    outcomes,
  });
}
