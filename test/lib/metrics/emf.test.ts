import { describe, expect, it } from '@jest/globals';
import { openEmfMetrics } from '../../../lib/metrics/emf.ts';
import type { Measurement } from '../../../lib/metrics/measure.ts';
import { METRIC_NAMESPACE, METRICS, type MetricKey } from '../../../lib/metrics/names.ts';

const ANY = { Credential: 'checkout/orders-api', Source: 'minted', Code: 'policy_denied' } as const;

function print(measurements: readonly Measurement[]) {
  const lines: string[] = [];
  openEmfMetrics(
    'token-vending-test',
    (line) => lines.push(line),
    () => 1_700_000_000_000,
  ).record(measurements);
  return lines.map((line) => JSON.parse(line));
}

describe('metrics in the embedded format', () => {
  it.each(Object.keys(METRICS) as MetricKey[])(
    'writes %s with its name, unit and dimension sets, each with the deployment',
    (metric) => {
      const { name, unit, dimensions } = METRICS[metric];
      const wanted = Object.fromEntries(dimensions.flat().map((key) => [key, ANY[key]]));
      const [line, ...others] = print([{ metric, value: 2, dimensions: wanted }]);
      expect(others).toEqual([]);
      expect(line).toMatchObject({ [name]: 2, service: 'token-vending-test', ...wanted });
      expect(line._aws.CloudWatchMetrics).toEqual([
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: dimensions.map((set) => ['service', ...set]),
          Metrics: [{ Name: name, Unit: unit }],
        },
      ]);
      expect(line._aws.Timestamp).toBe(1_700_000_000_000);
    },
  );

  it('writes the measurements of one event on one line, each metric with its own dimensions', () => {
    const [line, ...others] = print([
      { metric: 'vends', value: 1, dimensions: { Credential: 'a/b', Source: 'cached' } },
      { metric: 'requestsSaved', value: 1, dimensions: { Credential: 'a/b' } },
      { metric: 'policyLatency', value: 0.1, dimensions: {} },
    ]);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      Vends: 1,
      RequestsSaved: 1,
      PolicyLatency: 0.1,
      Source: 'cached',
    });
    expect(
      line._aws.CloudWatchMetrics.map((one: { Dimensions: string[][] }) => one.Dimensions.length),
    ).toEqual([3, 2, 1]);
  });

  it('writes contradicting dimensions on separate lines', () => {
    const lines = print([
      { metric: 'mints', value: 1, dimensions: { Credential: 'a/b' } },
      { metric: 'requestsSaved', value: 1, dimensions: { Credential: 'c/d' } },
      { metric: 'mints', value: 2, dimensions: { Credential: 'c/d' } },
    ]);
    expect(lines).toEqual([
      expect.objectContaining({ Credential: 'a/b', Mints: 1 }),
      expect.objectContaining({ Credential: 'c/d', RequestsSaved: 1, Mints: 2 }),
    ]);
  });
});
