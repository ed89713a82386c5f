import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DEPLOYMENT_DIMENSION, METRIC_NAMESPACE, METRICS } from '../lib/metrics/names.ts';

const PERIOD = Duration.minutes(5);

type OwnMetric = (typeof METRICS)[keyof typeof METRICS];
type WithTotal = Extract<OwnMetric, { readonly dimensions: readonly [readonly [], ...unknown[]] }>;

/** A metric of the function or the prober of one deployment, over all dimensions. */
export function total(deployment: string, { name }: WithTotal, statistic = 'Sum'): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensionsMap: { [DEPLOYMENT_DIMENSION]: deployment },
    statistic,
    period: PERIOD,
  });
}

/** Denials with one code of the error table. */
export function denials(deployment: string, code: string): Metric {
  return total(deployment, METRICS.denials).with({
    dimensionsMap: { [DEPLOYMENT_DIMENSION]: deployment, Code: code },
  });
}

/**
 * Metrics of Lambda for a function:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export type LambdaMetric =
  | 'Errors'
  | 'Throttles'
  | 'Duration'
  | 'ConcurrentExecutions'
  | 'Url4xxCount'
  | 'Url5xxCount';

export function ofFunction(FunctionName: string, metricName: LambdaMetric, statistic = 'Sum') {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName },
    statistic,
    period: PERIOD,
  });
}

/** What API Gateway measures of a REST API: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export function ofApi(ApiName: string, metricName: '4XXError' | '5XXError') {
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiName },
    statistic: 'Sum',
    period: PERIOD,
  });
}
