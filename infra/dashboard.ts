import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { DEPLOYMENT_DIMENSION, METRIC_NAMESPACE, METRICS } from '../lib/metrics/names.ts';
import { registryName, rotationName } from './function-names.ts';
import { ofFunction, total } from './measures.ts';

const PERIOD_SECONDS = 300;
const WIDTH = 6;
const STAGES = [
  METRICS.policyLatency,
  METRICS.secretLatency,
  METRICS.metadataLatency,
  METRICS.auditLatency,
  METRICS.tokenLatency,
  METRICS.verifyLatency,
];

export interface DashboardProps {
  readonly name: string;
  readonly functionName: string;
  /** Whether there are a registry and a function that rotates. */
  readonly registry: boolean;
  readonly alarms: readonly Alarm[];
}

/** The dashboard: health, use by credential, and requests saved by the cache. */
export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { name, functionName, registry, alarms } = props;
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: `${name}-${Aws.REGION}`,
    defaultInterval: Duration.hours(12),
  });
  dashboard.addWidgets(heading('Is it healthy?'));
  dashboard.addWidgets(new AlarmStatusWidget({ alarms: [...alarms], width: 24, height: 3 }));
  dashboard.addWidgets(
    graph('Latency by stage, p99 (ms)', ...STAGES.map((stage) => total(name, stage, 'p99'))),
    graph(
      'Requests, p50 and p99 (ms)',
      total(name, METRICS.requestLatency, 'p50'),
      total(name, METRICS.requestLatency, 'p99'),
    ),
    graph('Failures by code', by(name, 'failures', 'Code', 'Sum')),
    graph(
      'Function',
      ofFunction(functionName, 'Errors'),
      ofFunction(functionName, 'Throttles'),
      ofFunction(functionName, 'ConcurrentExecutions', 'Maximum'),
    ),
  );
  if (registry) dashboard.addWidgets(...registryGraphs(name));
  dashboard.addWidgets(heading('Who is using it?'));
  dashboard.addWidgets(
    graph('Vends by credential', by(name, 'vends', 'Credential', 'Sum')),
    graph('Mints by credential', by(name, 'mints', 'Credential', 'Sum')),
    graph('Denials by code', by(name, 'denials', 'Code', 'Sum')),
  );
  dashboard.addWidgets(heading('How much is it saving?'));
  dashboard.addWidgets(
    new SingleValueWidget({
      title: 'Token requests saved, and share of all vends (%)',
      metrics: [total(name, METRICS.requestsSaved), shareSaved(name)],
      setPeriodToTimeRange: true,
      width: WIDTH,
    }),
    graph('Requests saved by credential', by(name, 'requestsSaved', 'Credential', 'Sum')),
    graph('Vends by source', by(name, 'vends', 'Source', 'Sum')),
  );
  return dashboard;
}

function registryGraphs(name: string): GraphWidget[] {
  const [registry, rotation] = [registryName(name), rotationName(name)];
  return [
    graph(
      'Registry',
      ofFunction(registry, 'Errors'),
      ofFunction(registry, 'Throttles'),
      ofFunction(registry, 'Duration', 'p99'),
    ),
    graph('Rotation', ofFunction(rotation, 'Errors'), ofFunction(rotation, 'Throttles')),
  ];
}

function heading(title: string): TextWidget {
  return new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 });
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH });
}

/**
 * A search over every recent value of a dimension, because credentials change without a deployment.
 */
function by<K extends keyof typeof METRICS>(
  deployment: string,
  metric: K,
  dimension: Exclude<(typeof METRICS)[K]['dimensions'][number][0], undefined>,
  statistic: string,
): MathExpression {
  const search = `{${METRIC_NAMESPACE},${DEPLOYMENT_DIMENSION},${dimension}} MetricName="${METRICS[metric].name}" ${DEPLOYMENT_DIMENSION}="${deployment}"`;
  return new MathExpression({
    expression: `SEARCH('${search}', '${statistic}', ${PERIOD_SECONDS})`,
    label: '',
    usingMetrics: {},
  });
}

function shareSaved(name: string): MathExpression {
  return new MathExpression({
    expression: '100 * saved / vends',
    label: '%',
    usingMetrics: { saved: total(name, METRICS.requestsSaved), vends: total(name, METRICS.vends) },
  });
}
