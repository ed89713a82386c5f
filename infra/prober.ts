import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { PROBE_EVERY, PROBE_LATEST, PROBE_TIMEOUT } from '../lib/time/time-budget.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import type { Endpoint } from './endpoint.ts';
import { createFunction } from './function.ts';
import { functionCode } from './function-code.ts';
import type { LogGroupSettings } from './log-group.ts';

/** The credential that the prober may use. */
export const PROBE_CREDENTIAL = 'platform/probe';
/** The credential that no policy permits to the prober. It need not exist. */
export const REFUSED_CREDENTIAL = 'platform/probe-refused';

export interface ProberProps {
  readonly name: string;
  /** Name of the deployment that is probed; a dimension of its metrics. */
  readonly deployment: string;
  readonly role: Role;
  readonly bundle: string;
  readonly endpoint: Endpoint;
  readonly logs: LogGroupSettings;
}

/**
 * Creates the prober. Every 5 minutes it sends a signed request that must return a token, and one
 * that must be denied.
 */
export function createProber(scope: Construct, props: ProberProps): void {
  const { name, deployment, role, bundle, endpoint, logs } = props;
  const prober = createFunction(scope, 'Prober', {
    name,
    description: 'Probes token-vending: a token where there must be one, a refusal where not',
    code: functionCode(bundle),
    role,
    environment: {
      TOKEN_VENDING_ENDPOINT: endpoint.url,
      TOKEN_VENDING_PROBE_CREDENTIAL: PROBE_CREDENTIAL,
      TOKEN_VENDING_PROBE_REFUSED: REFUSED_CREDENTIAL,
      TOKEN_VENDING_NAME: deployment,
    },
    memorySize: 256,
    timeout: PROBE_TIMEOUT,
    reservedConcurrency: 1,
    logs,
  });
  role.addToPolicy(new PolicyStatement({ sid: 'CallEndpoint', ...endpoint.callerNeeds }));
  const [endpointArn = ''] = endpoint.callerNeeds.resources;
  acknowledgeWildcard(role, endpointArn, 'The prober calls the endpoint as every caller does.');
  const schedule = new Rule(scope, 'ProberSchedule', {
    ruleName: name,
    schedule: Schedule.rate(Duration.millis(PROBE_EVERY)),
    // A late probe is dropped, because the next one follows soon.
    targets: [
      new LambdaTarget(prober, { retryAttempts: 0, maxEventAge: Duration.millis(PROBE_LATEST) }),
    ],
  });
  acknowledge(
    schedule,
    'Serverless-EventBusDLQ',
    'Nothing is to be done with a probe that did not run; the alarm on missing probes tells.',
  );
}
