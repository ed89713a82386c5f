import { describe, expect, it } from '@jest/globals';
import { openEmfMetrics } from '../../../lib/adapters/emf-metrics.ts';
import { METRIC_NAMESPACE, METRICS, type MetricKey } from '../../../lib/metric-names.ts';
import type { Measurement } from '../../../lib/metrics.ts';

const ANY = { Credential: 'checkout/orders-api', Source: 'minted', Code: 'policy_denied' } as const;

function print(measurements: readonly Measurement[]) {
  const lines: string[] = [];
  openEmfMetrics('token-vending-test', (line) => lines.push(line)).record(measurements);
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
      expect(line._aws.Timestamp).toBeGreaterThan(Date.UTC(2026, 0));
    },
  );

  it('puts measurements with the same dimensions on one line, others on their own', () => {
    const lines = print([
      { metric: 'policyLatency', value: 0.1, dimensions: {} },
      { metric: 'denials', value: 1, dimensions: { Code: 'policy_denied' } },
      { metric: 'tokenLatency', value: 12, dimensions: {} },
    ]);
    expect(lines).toEqual([
      expect.objectContaining({ PolicyLatency: 0.1, TokenLatency: 12 }),
      expect.objectContaining({ Denials: 1, Code: 'policy_denied' }),
    ]);
  });
});
