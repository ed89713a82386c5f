import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface LogGroupSettings {
  readonly name: string;
  readonly key: IKey;
  /** One of those that CloudWatch Logs knows. */
  readonly retentionDays: number;
}

/** An encrypted log group that outlives the stack. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, key, retentionDays }: LogGroupSettings,
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: name,
    encryptionKey: key,
    retention: retentionDays,
    // Goes where its own creation is rolled back, else the next attempt would find its name taken.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
