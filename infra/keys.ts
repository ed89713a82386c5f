import { Aws, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

// No action that reads or writes data: administrators of the key cannot use it.
const ADMINISTER = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/**
 * Encrypts credential documents. Usable only through Secrets Manager, by principals whose identity
 * policy permits it.
 */
export function createSecretsKey(scope: Construct): Key {
  return createKey(scope, 'SecretsKey', 'OAuth client secrets of token-vending', [
    throughService('secretsmanager', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ]);
}

/**
 * Encrypts audit records. Usable only through S3, by principals whose identity policy permits it.
 */
export function createAuditKey(scope: Construct): Key {
  return createKey(scope, 'AuditKey', 'Audit log of token-vending', [
    throughService('s3', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ]);
}

/**
 * Encrypts log groups. CDK does not permit the service to use the key, and without that permission
 * the deployment fails
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
 *
 * @param logGroups ARN pattern of the groups that may use it
 */
export function createLogsKey(scope: Construct, logGroups: string): Key {
  return createKey(scope, 'LogsKey', 'Logs of token-vending', [
    statement(
      'UseByCloudWatchLogs',
      new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`),
      ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    ),
  ]);
}

/**
 * Encrypts messages of the alarm topic. CloudWatch cannot publish to a topic under the key that AWS
 * manages for SNS.
 */
export function createAlarmsKey(scope: Construct): Key {
  const publish = (sid: string, service: string, conditions: Conditions) =>
    statement(
      sid,
      new ServicePrincipal(service),
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      conditions,
    );
  return createKey(scope, 'AlarmsKey', 'Alarms of token-vending', [
    publish('UseByAlarms', 'cloudwatch.amazonaws.com', {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    }),
    // EventBridge names no source when it uses the key. With a condition, its messages are dropped
    // silently:
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    publish('UseByEvents', 'events.amazonaws.com', {}),
  ]);
}

/** `kms:ViaService` of a service in this Region. */
export function viaService(scope: Construct, service: string): string {
  return `${service}.${Stack.of(scope).region}.amazonaws.com`;
}

function createKey(
  scope: Construct,
  id: string,
  description: string,
  statements: PolicyStatement[],
): Key {
  const administer = statement('Administer', new AccountRootPrincipal(), ADMINISTER, {});
  return new Key(scope, id, {
    description,
    enableKeyRotation: true,
    policy: new PolicyDocument({ statements: [administer, ...statements] }),
  });
}

function throughService(service: string, actions: string[]): PolicyStatement {
  return statement('UseThroughService', new AccountRootPrincipal(), actions, {
    StringEquals: {
      'kms:CallerAccount': Aws.ACCOUNT_ID,
      'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com`,
    },
  });
}

function statement(
  sid: string,
  principal: IPrincipal,
  actions: string[],
  conditions: Conditions,
): PolicyStatement {
  // In a key policy `*` is the key itself.
  return new PolicyStatement({
    sid,
    principals: [principal],
    actions,
    resources: ['*'],
    conditions,
  });
}
