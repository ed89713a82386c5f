import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type Bucket as AuditBucket, Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { calledBy } from '../lib/credential/secrets-manager-statements.ts';
import { ANCHOR_EVERY, ANCHOR_TIMEOUT } from '../lib/time/time-budget.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import { ANCHORS_PREFIX, AUDIT_PREFIX } from './audit-bucket.ts';
import { createFunction } from './function.ts';
import { functionCode } from './function-code.ts';
import { functionArnOf, permitAuditKey } from './function-role.ts';
import type { Settings } from './token-vending-props.ts';

export interface AnchorProps {
  readonly deployment: Pick<Settings, 'name' | 'anchorBundle' | 'anchorCopy' | 'logRetention'>;
  readonly role: Role;
  readonly bucket: AuditBucket;
  readonly bucketKey: IKey;
  readonly signingKey: IKey;
  readonly logsKey: IKey;
}

/** Creates the function that anchors the audit log every hour. */
export function createAnchor(scope: Construct, props: AnchorProps): void {
  const { deployment, role, bucket, signingKey, logsKey } = props;
  const { anchorBundle, anchorCopy: copy, logRetention } = deployment;
  const name = nameOf(props);
  const lambda = createFunction(scope, 'Anchor', {
    name,
    description: 'Anchors the audit log of token-vending: signs the last record of each chain',
    code: functionCode(anchorBundle),
    role,
    environment: {
      TOKEN_VENDING_AUDIT: `s3://${bucket.bucketName}/${AUDIT_PREFIX}`,
      TOKEN_VENDING_ANCHOR_KEY: signingKey.keyArn,
      TOKEN_VENDING_NAME: deployment.name,
      ...(copy === undefined ? {} : { TOKEN_VENDING_ANCHOR_COPY: copy }),
    },
    memorySize: 512,
    timeout: ANCHOR_TIMEOUT,
    // Two anchors at a time would have the same number.
    reservedConcurrency: 1,
    logs: { name: `/${deployment.name}/anchor`, key: logsKey, retentionDays: logRetention },
  });
  permitAnchoring(props);
  if (copy !== undefined) permitCopy(scope, role, copy, calledBy(functionArnOf(role, name)));
  const schedule = new Rule(scope, 'AnchorSchedule', {
    ruleName: name,
    schedule: Schedule.rate(Duration.millis(ANCHOR_EVERY)),
    targets: [new LambdaTarget(lambda, { maxEventAge: Duration.millis(ANCHOR_EVERY) })],
  });
  acknowledge(
    schedule,
    'Serverless-EventBusDLQ',
    'The next anchor covers what a lost one would have covered; the alarm on missing anchors tells.',
  );
}

function nameOf({ deployment }: AnchorProps): string {
  return `${deployment.name}-anchor`;
}

function permitAnchoring(props: AnchorProps): void {
  const { role, bucket, bucketKey, signingKey } = props;
  const log = bucket.arnForObjects(`${AUDIT_PREFIX}/*`);
  const anchors = bucket.arnForObjects(`${ANCHORS_PREFIX}*`);
  acknowledgeWildcard(role, log, 'An anchor names the last record of every chain.');
  acknowledgeWildcard(role, anchors, 'Each anchor is an object of its own, which is written once.');
  const conditions = calledBy(functionArnOf(role, nameOf(props)));
  const statements = [
    new PolicyStatement({
      sid: 'ListLog',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { ...conditions, StringLike: { 's3:prefix': `${AUDIT_PREFIX}/*` } },
    }),
    new PolicyStatement({
      sid: 'ReadLog',
      actions: ['s3:GetObject'],
      resources: [log],
      conditions,
    }),
    new PolicyStatement({
      sid: 'AppendAnchors',
      actions: ['s3:PutObject'],
      resources: [anchors],
      conditions,
    }),
    new PolicyStatement({
      sid: 'SignAnchors',
      actions: ['kms:Sign'],
      resources: [signingKey.keyArn],
      conditions,
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  permitAuditKey(role, bucket, bucketKey);
}

// The other account permits this role in the policy of its bucket: docs/audit.md.
function permitCopy(
  scope: Construct,
  role: Role,
  copy: string,
  conditions: ReturnType<typeof calledBy>,
): void {
  const [, , name = '', ...prefix] = copy.split('/');
  const start = prefix
    .filter(Boolean)
    .map((part) => `${part}/`)
    .join('');
  const bucket = Bucket.fromBucketName(scope, 'AnchorCopy', name);
  const anchors = bucket.arnForObjects(`${start}anchors/*`);
  acknowledgeWildcard(role, anchors, 'Each anchor is an object of its own, which is written once.');
  role.addToPolicy(
    new PolicyStatement({
      sid: 'CopyAnchors',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [anchors],
      conditions,
    }),
  );
}
