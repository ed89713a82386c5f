import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  calledBy,
  secretsManagerStatements,
} from '../lib/credential/secrets-manager-statements.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { RECORDS_PREFIX } from './audit-bucket.ts';
import { viaService } from './keys.ts';

/**
 * Name of a role of the deployment. Names of roles are global, so it has the Region. IAM allows 64
 * characters.
 *
 * @param name of the deployment, at most 40 characters
 * @param suffix at most 8 characters
 */
export function roleNameOf(scope: Construct, name: string, suffix: string): string {
  return roleNameIn(Stack.of(scope).region, name, suffix);
}

/** As {@link roleNameOf}, in any Region. */
export function roleNameIn(region: string, name: string, suffix: string): string {
  return `${name}-${suffix}-${region}`;
}

/**
 * A role that only Lambda may assume, without permissions. The managed policy for logs would permit
 * every log group.
 */
export function createLambdaRole(scope: Construct, id: string, roleName: string): Role {
  const role = new Role(scope, id, {
    roleName,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  acknowledgeWildcard(
    role,
    '*',
    'X-Ray traces, ListSecrets and GetWebIdentityToken have no resource in IAM.',
  );
  return role;
}

/** Lets a function write to its own log group and nowhere else. */
export function permitLogs(role: Role, logGroup: ILogGroup): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
}

export interface SecretsAccess {
  /** The only function that may use the permission. */
  readonly functionName: string;
  readonly prefix: string;
  readonly key: IKey;
  /** Also grants ListSecrets, which IAM cannot scope to a prefix. */
  readonly list: boolean;
}

/**
 * Lets the function read the current and previous credential documents below the prefix. Only
 * Secrets Manager decrypts them.
 */
export function permitSecrets(
  role: Role,
  { functionName, prefix, key, list }: SecretsAccess,
): void {
  const secrets = secretsBelow(role, prefix);
  acknowledgeWildcard(
    role,
    secrets,
    'A new secret of a team is usable at once, without a deployment; the prefix holds credentials and nothing else.',
  );
  for (const statement of secretsManagerStatements({
    secrets,
    list,
    functionArn: functionArnOf(role, functionName),
  }))
    role.addToPolicy(PolicyStatement.fromJson(statement));
  role.addToPolicy(
    new PolicyStatement({
      sid: 'DecryptCredentials',
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': viaService(role, 'secretsmanager') },
        // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
        ArnLike: { 'kms:EncryptionContext:SecretARN': secrets },
      },
    }),
  );
}

/** ARN pattern of every secret below the prefix, by default in this Region. */
export function secretsBelow(
  scope: Construct,
  prefix: string,
  region = Stack.of(scope).region,
): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    region,
    resource: `secret:${prefix}*`,
  });
}

export interface AuditAccess {
  /** The only function that may use the permission. */
  readonly functionName: string;
  readonly bucket: Bucket;
  readonly key: IKey;
}

/**
 * Lets the function append records, and read one back if the response to a write was lost (412,
 * then HEAD).
 */
export function permitAudit(role: Role, { functionName, bucket, key }: AuditAccess): void {
  const records = bucket.arnForObjects(`${RECORDS_PREFIX}*`);
  acknowledgeWildcard(
    role,
    records,
    'Each record is an object of its own; the bucket policy lets none be overwritten or deleted.',
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'AppendAuditRecords',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [records],
      conditions: calledBy(functionArnOf(role, functionName)),
    }),
  );
  permitAuditKey(role, bucket, key);
}

/** Lets a role write and read objects of the bucket under its key. */
export function permitAuditKey(role: Role, bucket: Bucket, key: IKey): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'EncryptAuditRecords',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': viaService(role, 's3') },
        // The ARN of the bucket with a bucket key, else the ARN of the object.
        ArnLike: {
          'kms:EncryptionContext:aws:s3:arn': [bucket.bucketArn, bucket.arnForObjects('*')],
        },
      },
    }),
  );
}

/** ARN of a function, by name: the function depends on the policy of its role. */
export function functionArnOf(scope: Construct, functionName: string): string {
  return Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
