import {
  DEPLOYMENT_DIMENSION,
  type Dimension,
  METRIC_NAMESPACE,
  METRICS,
} from '../metric-names.ts';
import type { Measurement, Metrics } from '../metrics.ts';

/**
 * Metrics in CloudWatch's embedded metric format: a JSON line on standard output, which CloudWatch Logs turns into metrics, so that
 * no request waits for `PutMetricData`. Measurements whose dimensions do not contradict each other share a line.
 *
 * Not by Powertools: it keeps what it gathers in Lambda's InvokeStore, and throws where several requests share a process without one.
 *
 * @param deployment value of the dimension `service`
 * @param print takes one line without its line feed
 * @param now milliseconds since the Unix epoch
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function openEmfMetrics(
  deployment: string,
  print: (line: string) => void,
  now: () => number = Date.now,
): Metrics {
  return {
    record: (measurements) => {
      for (const together of groupByDimensions(measurements)) {
        print(JSON.stringify(toEmf(deployment, together, now())));
      }
    },
  };
}

function toEmf(deployment: string, measurements: readonly Measurement[], now: number): object {
  const metrics = measurements.map(({ metric }) => METRICS[metric]);
  const values = measurements.map(({ metric, value }) => [METRICS[metric].name, value] as const);
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: metrics.map(({ name, unit, dimensions }) => ({
        Namespace: METRIC_NAMESPACE,
        Dimensions: dimensions.map((set) => [DEPLOYMENT_DIMENSION, ...set]),
        Metrics: [{ Name: name, Unit: unit }],
      })),
    },
    [DEPLOYMENT_DIMENSION]: deployment,
    ...Object.assign({}, ...measurements.map(({ dimensions }) => dimensions)),
    ...Object.fromEntries(values),
  };
}

/** A line has one value for each dimension and each metric. */
function groupByDimensions(measurements: readonly Measurement[]): Measurement[][] {
  const lines: Measurement[][] = [];
  for (const measurement of measurements) {
    const line = lines.find((others) => others.every((other) => agree(other, measurement)));
    if (line === undefined) lines.push([measurement]);
    else line.push(measurement);
  }
  return lines;
}

function agree(one: Measurement, other: Measurement): boolean {
  return (
    one.metric !== other.metric &&
    Object.entries(one.dimensions).every(([name, value]) => {
      const theirs = other.dimensions[name as Dimension];
      return theirs === undefined || theirs === value;
    })
  );
}
