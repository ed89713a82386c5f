import type { Measurement, Metrics } from './measure.ts';
import {
  DEPLOYMENT_DIMENSION,
  type Dimension,
  METRIC_NAMESPACE,
  METRICS,
  type MetricKey,
} from './names.ts';

/**
 * Metrics in CloudWatch's embedded metric format: a JSON line on standard output, which CloudWatch
 * Logs turns into metrics, so that no request waits for `PutMetricData`. Measurements whose
 * dimensions do not contradict each other share a line.
 *
 * Not by Powertools: it stores measurements in the InvokeStore of Lambda, and throws if several
 * requests share a process without one.
 *
 * @param deployment value of the dimension `service`
 * @param print takes one line without its line feed
 * @param now milliseconds since the Unix epoch
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function openEmfMetrics(
  deployment: string,
  print: (line: string) => void,
  now: () => number = Date.now,
): Metrics {
  return {
    record: (measurements) => {
      for (const line of toLines(measurements))
        print(JSON.stringify(toEmf(deployment, line, now())));
    },
  };
}

/** A line has one value for each dimension and metric. */
interface Line {
  readonly values: Map<MetricKey, number>;
  readonly dimensions: Record<string, string>;
}

function toLines(measurements: readonly Measurement[]): Line[] {
  const lines: Line[] = [];
  for (const measurement of measurements) {
    let line = lines.find((one) => fits(one, measurement));
    if (line === undefined) {
      line = { values: new Map(), dimensions: {} };
      lines.push(line);
    }
    line.values.set(measurement.metric, measurement.value);
    Object.assign(line.dimensions, measurement.dimensions);
  }
  return lines;
}

function fits({ values, dimensions }: Line, measurement: Measurement): boolean {
  if (values.has(measurement.metric)) return false;
  for (const name in measurement.dimensions) {
    const taken = dimensions[name];
    if (taken !== undefined && taken !== measurement.dimensions[name as Dimension]) return false;
  }
  return true;
}

// The directives of each metric are constant.
const DIRECTIVES = Object.fromEntries(
  Object.entries(METRICS).map(([key, { name, unit, dimensions }]) => [
    key,
    {
      Namespace: METRIC_NAMESPACE,
      Dimensions: dimensions.map((set) => [DEPLOYMENT_DIMENSION, ...set]),
      Metrics: [{ Name: name, Unit: unit }],
    },
  ]),
) as Readonly<Record<MetricKey, object>>;

function toEmf(deployment: string, { values, dimensions }: Line, now: number): object {
  const directives: object[] = [];
  const emf: Record<string, unknown> = {
    _aws: { Timestamp: now, CloudWatchMetrics: directives },
    [DEPLOYMENT_DIMENSION]: deployment,
    ...dimensions,
  };
  for (const [metric, value] of values) {
    directives.push(DIRECTIVES[metric]);
    emf[METRICS[metric].name] = value;
  }
  return emf;
}
