import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRICS } from '../lib/metrics/names.ts';
import {
  ANCHORS_MISSED_AFTER,
  CERTIFICATE_RENEWED_BEFORE,
  FUNCTION_TIMEOUT,
} from '../lib/time/time-budget.ts';
import type { Endpoint } from './endpoint.ts';
import { alarmOnFailedRotation } from './failed-rotation.ts';
import { registryName, rotationName } from './function-names.ts';
import { denials, ofApi, ofFunction, total } from './measures.ts';

export interface AlarmsProps {
  readonly name: string;
  readonly functionName: string;
  readonly reservedConcurrency: number;
  /** Name of the REST API, if the endpoint is one. */
  readonly apiName: string | undefined;
  /** The endpoint of the registry, if there is one. */
  readonly registry: Pick<Endpoint, 'apiName'> | undefined;
  readonly prober: boolean;
  readonly secretPrefix: string;
  readonly topic: ITopic;
  /** Key of the topic. */
  readonly topicKey: IKey;
}

interface Row {
  readonly id: string;
  /** What the alarm means; its description. */
  readonly says: string;
  readonly metric: IMetric;
  /** The alarm is raised at this value and above. */
  readonly threshold: number;
  /** Periods of 5 minutes in a row; default 1. */
  readonly periods?: number;
  /** The alarm is raised below the threshold instead. */
  readonly below?: true;
  /** Missing data also raises the alarm. */
  readonly expectsData?: true;
}

// Milliseconds.
const PERIOD = 300_000;

/** All alarms, to one topic. docs/operate.md says what to do about each. */
export function createAlarms(scope: Construct, props: AlarmsProps): Alarm[] {
  const rows = [
    ...platformRows(props),
    ...endpointRows(props),
    ...ownRows(props),
    certificateRow(props),
    anchorRow(props),
    ...(props.registry === undefined ? [] : registryRows(props, props.registry)),
    ...(props.prober ? proberRows(props) : []),
  ];
  alarmOnFailedRotation(scope, props);
  return rows.map((row) => createAlarm(scope, row, props));
}

function platformRows({ functionName, reservedConcurrency }: AlarmsProps): Row[] {
  return [
    {
      id: 'Errors',
      says: 'The function failed to start or to respond.',
      metric: ofFunction(functionName, 'Errors'),
      threshold: 1,
    },
    {
      id: 'Throttles',
      says: 'Lambda rejected requests, because the reserved concurrency is used up.',
      metric: ofFunction(functionName, 'Throttles'),
      threshold: 1,
    },
    {
      id: 'Duration',
      says: 'One request in a hundred takes more than 80 % of the timeout.',
      metric: ofFunction(functionName, 'Duration', 'p99'),
      threshold: FUNCTION_TIMEOUT * 0.8,
      periods: 3,
    },
    {
      id: 'Concurrency',
      says: 'More than 80 % of the reserved concurrency is in use.',
      metric: ofFunction(functionName, 'ConcurrentExecutions', 'Maximum'),
      threshold: Math.ceil(reservedConcurrency * 0.8),
      periods: 3,
    },
  ];
}

/** Responses of an endpoint with a status of 4xx and of 5xx. */
function refusedBy(functionName: string, apiName: string | undefined) {
  return apiName === undefined
    ? ([ofFunction(functionName, 'Url4xxCount'), ofFunction(functionName, 'Url5xxCount')] as const)
    : ([ofApi(apiName, '4XXError'), ofApi(apiName, '5XXError')] as const);
}

function endpointRows({ functionName, apiName }: AlarmsProps): Row[] {
  const [of4xx, of5xx] = refusedBy(functionName, apiName);
  return [
    { id: 'Refusals', says: 'Many requests are refused.', metric: of4xx, threshold: 100 },
    {
      id: 'ServerErrors',
      says: 'Requests fail with a status of 5xx.',
      metric: of5xx,
      threshold: 5,
    },
  ];
}

function ownRows({ name }: AlarmsProps): Row[] {
  return [
    {
      id: 'AuditFailures',
      says: 'Audit records cannot be stored, so no token is vended.',
      metric: total(name, METRICS.auditFailures),
      threshold: 1,
    },
    {
      id: 'CredentialRefusals',
      says: 'An authorization server refuses a client secret, usually after a rotation.',
      metric: total(name, METRICS.credentialRefusals),
      threshold: 1,
    },
    {
      id: 'SecretFailures',
      says: 'Credential documents cannot be read from Secrets Manager.',
      metric: total(name, METRICS.secretFailures),
      threshold: 3,
    },
    {
      id: 'UpstreamFailures',
      says: 'An authorization server fails or cannot be reached.',
      metric: total(name, METRICS.upstreamFailures),
      threshold: 5,
      periods: 2,
    },
    {
      id: 'BudgetRefusals',
      says: 'A principal requests too many new tokens, or too many names that it cannot use.',
      metric: total(name, METRICS.budgetRefusals),
      threshold: 10,
    },
    {
      id: 'Denials',
      says: 'Policy refuses many requests. The cause is a wrong policy, or someone probing for access.',
      metric: total(name, METRICS.denials),
      threshold: 50,
    },
    {
      id: 'Unidentified',
      says: 'Somebody invoked the function without its endpoint, or AWS verified no known caller.',
      metric: denials(name, 'caller_unidentified'),
      threshold: 1,
    },
  ];
}

function certificateRow({ name }: AlarmsProps): Row {
  return {
    id: 'CertificateExpiry',
    says: 'A client certificate expires within 30 days, or has expired.',
    // Some credentials are read once a day.
    metric: total(name, METRICS.certificateDaysLeft, 'Minimum').with({ period: Duration.days(1) }),
    threshold: CERTIFICATE_RENEWED_BEFORE / Duration.days(1).toMilliseconds(),
    below: true,
  };
}

function anchorRow({ name }: AlarmsProps): Row {
  return {
    id: 'AnchorsMissing',
    says: 'The audit log has not been anchored for three hours.',
    metric: total(name, METRICS.anchors),
    threshold: 1,
    periods: ANCHORS_MISSED_AFTER / PERIOD,
    below: true,
    expectsData: true,
  };
}

function registryRows({ name }: AlarmsProps, { apiName }: Pick<Endpoint, 'apiName'>): Row[] {
  const [, of5xx] = refusedBy(registryName(name), apiName);
  return [
    {
      id: 'RegistryErrors',
      says: 'The registry failed to start or to respond.',
      metric: ofFunction(registryName(name), 'Errors'),
      threshold: 1,
    },
    {
      id: 'RegistryServerErrors',
      says: 'Requests to the registry fail with a status of 5xx.',
      metric: of5xx,
      threshold: 5,
    },
    {
      id: 'RotationErrors',
      says: 'A step of a rotation failed. The log group of the rotation names credential, step and reason.',
      metric: ofFunction(rotationName(name), 'Errors'),
      threshold: 1,
    },
  ];
}

function proberRows({ name }: AlarmsProps): Row[] {
  return [
    {
      id: 'ProbeFailures',
      says: 'The prober got no token that it must get, or it got a token that it must not get.',
      metric: total(name, METRICS.probeFailures),
      threshold: 1,
      periods: 2,
    },
    {
      id: 'ProbesMissing',
      says: 'The prober has not reported for a quarter of an hour.',
      metric: total(name, METRICS.probes),
      threshold: 1,
      periods: 3,
      below: true,
      expectsData: true,
    },
  ];
}

function createAlarm(scope: Construct, row: Row, { name, topic }: AlarmsProps): Alarm {
  const { id, says, metric, threshold, periods = 1, below = false, expectsData = false } = row;
  const alarm = new Alarm(scope, `${id}Alarm`, {
    alarmName: `${name}-${id}`,
    alarmDescription: `${says} What to do: docs/operate.md.`,
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: expectsData ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
  return alarm;
}
