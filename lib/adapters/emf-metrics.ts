import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import { type Dimension, METRIC_NAMESPACE, METRICS } from '../metric-names.ts';
import type { Measurement, Metrics } from '../metrics.ts';

/**
 * Metrics in CloudWatch's embedded metric format: JSON lines on standard output, which CloudWatch Logs turns into metrics, so
 * that no request waits for `PutMetricData`. Measurements with the same dimensions share a line.
 *
 * @param service value of the dimension `service`: which deployment these are of
 * @param print takes one line without its line feed
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function openEmfMetrics(service: string, print: (line: string) => void): Metrics {
  return {
    record: (measurements) => {
      for (const line of Map.groupBy(measurements, dimensionsKey).values()) {
        print(JSON.stringify(toEmf(service, line)));
      }
    },
  };
}

function toEmf(service: string, measurements: readonly Measurement[]): object {
  // An object a line, since requests may run side by side and Powertools keeps what it gathers in the object.
  const emf = new EmbeddedMetrics({ namespace: METRIC_NAMESPACE, serviceName: service });
  const [first] = measurements;
  for (const names of dimensionSets(first)) {
    emf.addDimensions(pick(first?.dimensions, names));
  }
  for (const { metric, value } of measurements) {
    emf.addMetric(METRICS[metric].name, METRICS[metric].unit, value);
  }
  return emf.serializeMetrics();
}

function dimensionsKey(measurement: Measurement): string {
  return JSON.stringify([dimensionSets(measurement), measurement.dimensions]);
}

function dimensionSets(measurement: Measurement | undefined): readonly (readonly Dimension[])[] {
  return measurement === undefined ? [] : METRICS[measurement.metric].dimensions;
}

function pick(
  dimensions: Measurement['dimensions'] | undefined,
  names: readonly Dimension[],
): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, dimensions?.[name] ?? 'unknown']));
}
