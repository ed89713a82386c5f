import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Prefix of the log in the bucket. */
export const AUDIT_PREFIX = 'token-vending';
/** Prefix of the records. */
export const RECORDS_PREFIX = `${AUDIT_PREFIX}/v1/`;
/** Prefix of the anchors. */
export const ANCHORS_PREFIX = `${AUDIT_PREFIX}/anchors/`;

export interface AuditBucketProps {
  readonly encryptionKey: IKey;
  /** No record can be deleted for this long. Then it expires. */
  readonly retention: Duration;
  /**
   * `governance`: principals with s3:BypassGovernanceRetention can delete. `compliance`: nobody
   * can, not even root.
   */
  readonly lockMode: 'governance' | 'compliance';
  /** The only roles that may write records. */
  readonly writers: readonly IRole[];
  /** The only role that may write anchors. */
  readonly anchorer: IRole;
}

/** The audit log: records and anchors are created once, each by its roles, and neither changed nor deleted while they are retained. */
export function createAuditBucket(scope: Construct, props: AuditBucketProps): Bucket {
  const { encryptionKey, retention, lockMode, writers, anchorer } = props;
  const bucket = new Bucket(scope, 'AuditBucket', {
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention:
      lockMode === 'compliance'
        ? ObjectLockRetention.compliance(retention)
        : ObjectLockRetention.governance(retention),
    lifecycleRules: [
      {
        expiration: Duration.days(retention.toDays() + 1),
        noncurrentVersionExpiration: Duration.days(1),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acknowledge(
    bucket,
    'AwsSolutions-S1',
    'CloudTrail data events tell who read; a bucket of access logs would be one more log to protect, without integrity.',
  );
  for (const statement of appendOnly(bucket, writers, anchorer))
    bucket.addToResourcePolicy(statement);
  return bucket;
}

function appendOnly(
  bucket: Bucket,
  recorders: readonly IRole[],
  anchorer: IRole,
): PolicyStatement[] {
  const objects = bucket.arnForObjects('*');
  const recording = recorders.map(({ roleArn }) => roleArn);
  const writers = [...recording, anchorer.roleArn];
  const byWriter = { ArnEquals: { 'aws:PrincipalArn': writers } };
  const butBy = (arn: string | string[]) => ({ ArnNotEquals: { 'aws:PrincipalArn': arn } });
  return [
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    deny('DenyOverwrite', ['s3:PutObject'], objects, { Null: { 's3:if-none-match': 'true' } }),
    deny('DenyOtherWriters', ['s3:PutObject'], objects, butBy(writers)),
    deny(
      'DenyOtherRecords',
      ['s3:PutObject'],
      bucket.arnForObjects(`${RECORDS_PREFIX}*`),
      butBy(recording),
    ),
    deny(
      'DenyOtherAnchors',
      ['s3:PutObject'],
      bucket.arnForObjects(`${ANCHORS_PREFIX}*`),
      butBy(anchorer.roleArn),
    ),
    // Replication into the bucket writes objects and delete markers without PutObject and
    // DeleteObject: https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
    deny(
      'DenyReplicationHere',
      [
        's3:ObjectOwnerOverrideToBucketOwner',
        's3:ReplicateDelete',
        's3:ReplicateObject',
        's3:ReplicateTags',
      ],
      objects,
    ),
    // A delete marker would let If-None-Match write the key again. Lifecycle rules do not ask the policy.
    deny('DenyDeleteMarker', ['s3:DeleteObject'], objects),
    deny(
      'DenyWriterAllElse',
      [
        's3:BypassGovernanceRetention',
        's3:DeleteObject*',
        's3:PutObjectAcl',
        's3:PutObjectLegalHold',
        's3:PutObjectRetention',
        's3:PutObjectTagging',
      ],
      objects,
      byWriter,
    ),
    deny(
      'DenyWriterBucket',
      ['s3:DeleteBucket*', 's3:PutBucket*', 's3:PutLifecycleConfiguration'],
      bucket.bucketArn,
      byWriter,
    ),
  ];
}

function deny(
  sid: string,
  actions: string[],
  resource: string,
  conditions: Record<string, Record<string, string | string[]>> = {},
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: [resource],
    conditions,
  });
}
