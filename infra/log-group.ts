import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface LogGroupSettings {
  readonly name: string;
  readonly key: IKey;
  /** One of the values that CloudWatch Logs permits. */
  readonly retentionDays: number;
}

/** An encrypted log group that is retained if the stack is deleted. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, key, retentionDays }: LogGroupSettings,
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: name,
    encryptionKey: key,
    retention: retentionDays,
    // Deleted if its own creation is rolled back, else its name is taken at the next attempt.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
