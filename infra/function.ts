import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { permitLogs } from './function-role.ts';
import { createLogGroup, type LogGroupSettings } from './log-group.ts';

export interface FunctionSettings {
  readonly name: string;
  readonly description: string;
  readonly code: Code;
  readonly role: Role;
  readonly environment: Readonly<Record<string, string>>;
  /** MB; CPU grows with it. */
  readonly memorySize: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly reservedConcurrency: number;
  readonly logs: LogGroupSettings;
}

// glibc gives each thread of V8 and libuv its own arena, which keeps freed memory: 12 MB after some
// 100,000 requests.
const MALLOC_ARENA_MAX = '2';

/** A function of this system: Node 24 on arm64, traced, with JSON logs in its own log group. */
export function createFunction(
  scope: Construct,
  id: string,
  settings: FunctionSettings,
): LambdaFunction {
  const { name, role } = settings;
  const logGroup = createLogGroup(scope, `${id}Logs`, settings.logs);
  permitLogs(role, logGroup);
  const lambda = new LambdaFunction(scope, id, {
    functionName: name,
    description: settings.description,
    // Pinned, so that another major version is tested first.
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: settings.code,
    handler: 'index.handler',
    role,
    environment: { MALLOC_ARENA_MAX, ...settings.environment },
    memorySize: settings.memorySize,
    timeout: Duration.millis(settings.timeout),
    reservedConcurrentExecutions: settings.reservedConcurrency,
    tracing: Tracing.ACTIVE,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
  });
  acknowledge(
    lambda,
    'Serverless-LambdaDLQ',
    'A request is answered while its caller waits; a probe that is lost is missed by an alarm.',
  );
  return lambda;
}
