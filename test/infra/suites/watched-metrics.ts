import { beforeAll, describe, expect, it } from '@jest/globals';
import { DEPLOYMENT_DIMENSION, METRIC_NAMESPACE, METRICS } from '../../../lib/metrics/names.ts';
import { resolveTemplate, type Template } from '../../support/resolve-template.ts';
import { synthesisedOnce } from '../synthesised-once.ts';

interface Watched {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html, .../urls-monitoring.html,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
const OF_AWS: Readonly<Record<string, { names: string[]; dimensions: object }>> = {
  'AWS/Lambda': {
    names: [
      'ConcurrentExecutions',
      'Duration',
      'Errors',
      'Invocations',
      'Throttles',
      'Url4xxCount',
      'Url5xxCount',
      'UrlRequestCount',
      'UrlRequestLatency',
    ],
    dimensions: { FunctionName: expect.stringMatching(/^token-vending(?:-registry|-rotate)?$/) },
  },
  'AWS/ApiGateway': {
    names: ['4XXError', '5XXError', 'Count', 'IntegrationLatency', 'Latency'],
    dimensions: { ApiName: expect.stringMatching(/^token-vending(?:-registry)?$/) },
  },
};
const OWN = new Map(Object.values(METRICS).map((metric) => [metric.name as string, metric]));

let byEndpoint: Record<'url' | 'rest', Template>;

beforeAll(() => {
  const resolved = (more: string) => resolveTemplate(synthesisedOnce(more));
  byEndpoint = { url: resolved(''), rest: resolved('endpoint: rest') };
});

function propertiesOf(template: Template, type: string) {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
}

function alarmed(template: Template): Watched[] {
  return propertiesOf(template, 'AWS::CloudWatch::Alarm').map(
    ({ Namespace, MetricName, Dimensions = [] }) => ({
      namespace: Namespace,
      name: MetricName,
      dimensions: Object.fromEntries(
        Dimensions.map(({ Name, Value }: Record<string, string>) => [Name, Value]),
      ),
    }),
  );
}

/** The metrics of the graphs, by name or by search. */
function shown(template: Template): Watched[] {
  const [{ DashboardBody }] = propertiesOf(template, 'AWS::CloudWatch::Dashboard') as [
    { DashboardBody: string },
  ];
  const { widgets } = JSON.parse(DashboardBody);
  const metrics: unknown[][] = widgets.flatMap(
    (widget: { properties: { metrics?: unknown[][] } }) => widget.properties.metrics ?? [],
  );
  return metrics.flatMap((metric): Watched[] => {
    const [first] = metric;
    if (typeof first === 'string') return [toWatched(metric as string[])];
    const { expression } = first as { expression: string };
    return expression.startsWith('SEARCH') ? [readSearch(expression)] : [];
  });
}

// `[namespace, name, dimension, value, ..., options]`; a dot repeats the value above, which CDK
// does not write.
function toWatched([namespace = '', name = '', ...rest]: string[]): Watched {
  const words = rest.filter((word) => typeof word === 'string');
  const dimensions: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2)
    dimensions[words[at] as string] = words[at + 1] as string;
  return { namespace, name, dimensions };
}

function readSearch(expression: string): Watched {
  const match =
    /^SEARCH\('\{(\w+),(\w+),(\w+)\} MetricName="(\w+)" (\w+)="([\w-]+)"', '\w+', 300\)$/.exec(
      expression,
    );
  if (match === null) throw new Error(`${expression} cannot be read`);
  const [, namespace = '', one = '', other = '', name = '', filtered = '', value = ''] = match;
  return { namespace, name, dimensions: { [one]: '*', [other]: '*', [filtered]: value } };
}

function expectKnown({ namespace, name, dimensions }: Watched) {
  if (namespace !== METRIC_NAMESPACE) {
    expect(OF_AWS[namespace]?.names).toContain(name);
    expect(dimensions).toEqual(OF_AWS[namespace]?.dimensions);
    return;
  }
  const { [DEPLOYMENT_DIMENSION]: deployment, ...others } = dimensions;
  expect(deployment).toBe('token-vending');
  expect(OWN.get(name)?.dimensions).toContainEqual(Object.keys(others));
}

describe('the watched metrics', () => {
  it('of alarms are emitted by the code or by AWS, with the same name and dimensions', () => {
    for (const template of Object.values(byEndpoint)) {
      const all = alarmed(template);
      expect(all).toHaveLength(20);
      for (const one of all) expectKnown(one);
    }
  });

  it('of the dashboard are, too', () => {
    const all = shown(byEndpoint.url);
    expect(all.length).toBeGreaterThan(12);
    for (const one of all) expectKnown(one);
  });

  it('include every metric that the code emits', () => {
    const watched = new Set(
      [...alarmed(byEndpoint.url), ...shown(byEndpoint.url)].map(({ name }) => name),
    );
    expect([...OWN.keys()].filter((name) => !watched.has(name))).toEqual([]);
  });

  it('follow the endpoint: API Gateway counts a REST API', () => {
    const names = (template: Template) =>
      alarmed(template)
        .filter(({ name }) => /4xx|5xx/i.test(name))
        .map(({ namespace, name }) => `${namespace} ${name}`);
    expect(names(byEndpoint.url)).toEqual([
      'AWS/Lambda Url4xxCount',
      'AWS/Lambda Url5xxCount',
      'AWS/Lambda Url5xxCount',
    ]);
    expect(names(byEndpoint.rest)).toEqual([
      'AWS/ApiGateway 4XXError',
      'AWS/ApiGateway 5XXError',
      'AWS/ApiGateway 5XXError',
    ]);
  });

  it('send every alarm to the topic, when it starts and when it ends', () => {
    for (const { AlarmActions, OKActions, AlarmDescription } of propertiesOf(
      byEndpoint.url,
      'AWS::CloudWatch::Alarm',
    )) {
      expect(AlarmActions).toEqual([expect.stringContaining(':sns:')]);
      expect(OKActions).toEqual(AlarmActions);
      expect(AlarmDescription).toMatch(/^[A-Z].*\. What to do: docs\/operate\.md\.$/);
    }
  });

  it('are beside the event of a failed rotation, whose message leads to secret, step and reason', () => {
    const rules = propertiesOf(byEndpoint.url, 'AWS::Events::Rule').filter(
      ({ Name }) => Name === 'token-vending-RotationFailed',
    );
    const [{ Targets: [target] = [] } = {}] = rules;
    const { InputPathsMap, InputTemplate } = target.InputTransformer;
    const names = [...InputTemplate.matchAll(/<([^>]*)>/g)].map(([, name]) => name);
    expect(names.map((name) => InputPathsMap[name])).toEqual([
      '$.detail.additionalEventData.SecretId',
      '$.time',
      '$.region',
    ]);
    expect(InputTemplate).toContain('or the log group /token-vending/rotate.');
  });

  it('treat missing data as an error only for metrics of what runs on a schedule', () => {
    const silent = propertiesOf(byEndpoint.url, 'AWS::CloudWatch::Alarm')
      .filter(({ TreatMissingData }) => TreatMissingData === 'breaching')
      .map(({ MetricName }) => MetricName);
    expect(silent.sort()).toEqual([METRICS.anchors.name, METRICS.probes.name]);
  });
});
