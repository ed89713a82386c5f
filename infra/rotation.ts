import type { Role } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { rotationStatements } from '../lib/credential/rotation-statements.ts';
import { ROTATION_TIMEOUT } from '../lib/time/time-budget.ts';
import { AUDIT_PREFIX } from './audit-bucket.ts';
import { createFunction } from './function.ts';
import { functionCode } from './function-code.ts';
import { rotationName } from './function-names.ts';
import { type AuditAccess, functionArnOf, permitAudit, secretsBelow } from './function-role.ts';
import { permitRotation } from './invoke-policy.ts';
import { overlapRuleArn, scheduleOverlaps } from './overlap-schedule.ts';
import { permitAssertions } from './permit-assertions.ts';
import { permitRotationTargets } from './permit-rotation-targets.ts';
import { permitSecretWrites } from './permit-secret-writes.ts';
import type { ReplicaKey } from './regions.ts';
import type { Settings } from './token-vending-props.ts';

export interface RotationProps {
  readonly deployment: Settings;
  readonly role: Role;
  /** Role of the registry. It starts rotations. */
  readonly starter: Role;
  readonly secretsKey: IKey;
  /** Its copies in the Regions to which secrets are copied. */
  readonly replicaKeys: readonly ReplicaKey[];
  readonly audit: Pick<AuditAccess, 'bucket' | 'key'>;
  readonly logsKey: IKey;
}

/**
 * The function that rotates secrets. Secrets Manager invokes it for each step of a rotation, and a rule
 * every hour. Nobody else may.
 */
export class Rotation extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: RotationProps) {
    super(scope, id);
    const { deployment, role, starter, secretsKey, replicaKeys, audit, logsKey } = props;
    const { name, secretPrefix, profiles, rotationBundle, logRetention } = deployment;
    const { listCredentials: list } = deployment;
    const functionName = rotationName(name);
    const secrets = secretsBelow(this, secretPrefix);
    const functionArn = functionArnOf(this, functionName);
    for (const statement of rotationStatements({ secrets, functionArn, list }))
      role.addToPolicy(PolicyStatement.fromJson(statement));
    permitSecretWrites(role, { prefix: secretPrefix, key: secretsKey, replicaKeys });
    permitAudit(role, { functionName, ...audit });
    // It obtains tokens, also those of admin credentials.
    permitAssertions(role, {
      functionName,
      keys: deployment.assertionKeys ?? [],
      audiences: deployment.webIdentityAudiences ?? [],
    });
    permitRotationTargets(role, functionArn, deployment.rotation ?? {});
    this.function = createFunction(this, 'Function', {
      name: functionName,
      description: 'Rotates the secrets and keys of OAuth2 clients, as Secrets Manager invokes it',
      code: functionCode(rotationBundle, { profiles }),
      role,
      environment: {
        TOKEN_VENDING_AUDIT: `s3://${audit.bucket.bucketName}/${AUDIT_PREFIX}`,
        TOKEN_VENDING_SECRET_PREFIX: secretPrefix,
      },
      memorySize: 512,
      timeout: ROTATION_TIMEOUT,
      reservedConcurrency: 5,
      logs: { name: `/${name}/rotate`, key: logsKey, retentionDays: logRetention },
    });
    const rule = list ? overlapRuleArn(this, functionName) : undefined;
    permitRotation(this, this.function, { secrets, rule, starter: starter.roleArn });
    if (list) scheduleOverlaps(this, functionName, this.function);
  }
}
