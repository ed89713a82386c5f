import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key, type KeyProps } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;

// No action that reads or writes data: administrators of the key cannot use it.
export const ADMINISTER = [
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

// What Secrets Manager states when it only checks whether the caller may use the key, as at
// CreateSecret: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
export const KEY_CHECK = 'RequestToValidateKeyAccess';

/**
 * Encrypts audit records. Usable only through S3, by principals whose identity policy permits it.
 * Without the key every record is lost, whatever Object Lock says. So only the break-glass role may
 * disable the key or schedule its deletion. Who may change the policy of the key can still do it in
 * two steps, and CloudTrail records both.
 *
 * @param breakGlassRole ARN; undefined: nobody may
 */
export function createAuditKey(scope: Construct, breakGlassRole: string | undefined): Key {
  return createKey(scope, 'AuditKey', 'Audit log of token-vending', [
    throughService('s3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    deny(
      'DenyKeyLoss',
      ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
      breakGlassRole === undefined ? {} : { ArnNotEquals: { 'aws:PrincipalArn': breakGlassRole } },
    ),
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
 *
 * @param name prefix of the names of the alarms
 */
export function createAlarmsKey(scope: Construct, name: string): Key {
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
  return createKey(scope, 'AlarmsKey', 'Alarms of token-vending', [
    statement(
      'UseByAlarms',
      new ServicePrincipal('cloudwatch.amazonaws.com'),
      actions,
      fromAlarms(scope, name),
    ),
    // EventBridge names no source when it uses the key itself, so it uses a role:
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    throughService('sns', actions),
  ]);
}

/** CloudWatch acts for alarms of this deployment. */
export function fromAlarms(scope: Construct, name: string): Conditions {
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${name}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    ArnLike: { 'aws:SourceArn': alarms },
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
  };
}

/** `kms:ViaService` of a service, by default in this Region. */
export function viaService(
  scope: Construct,
  service: string,
  region = Stack.of(scope).region,
): string {
  return `${service}.${region}.amazonaws.com`;
}

/** The policy of a key that its account administers. */
export function keyPolicy(statements: readonly PolicyStatement[]): PolicyDocument {
  const administer = statement('Administer', new AccountRootPrincipal(), ADMINISTER, {});
  return new PolicyDocument({ statements: [administer, ...statements] });
}

export function createKey(
  scope: Construct,
  id: string,
  description: string,
  statements: readonly PolicyStatement[],
  more: Pick<KeyProps, 'multiRegion'> = {},
): Key {
  return new Key(scope, id, {
    description,
    enableKeyRotation: true,
    policy: keyPolicy(statements),
    ...more,
  });
}

/** @param otherRegions where the service may act besides this Region */
export function throughService(
  service: string,
  actions: string[],
  otherRegions: readonly string[] = [],
): PolicyStatement {
  const services = [Aws.REGION, ...otherRegions].map(
    (region) => `${service}.${region}.amazonaws.com`,
  );
  return statement('UseThroughService', new AccountRootPrincipal(), actions, {
    StringEquals: {
      'kms:CallerAccount': Aws.ACCOUNT_ID,
      'kms:ViaService': services.length === 1 ? (services[0] as string) : services,
    },
  });
}

export function deny(sid: string, actions: string[], conditions: Conditions): PolicyStatement {
  const denied = statement(sid, new AnyPrincipal(), actions, conditions);
  denied.effect = Effect.DENY;
  return denied;
}

export function statement(
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
