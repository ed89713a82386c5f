import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { acknowledgeWildcard } from './acknowledge.ts';
import { secretsBelow } from './function-role.ts';
import { KEY_CHECK, viaService } from './keys.ts';
import type { ReplicaKey } from './regions.ts';

export interface SecretWrites {
  readonly prefix: string;
  readonly key: IKey;
  /** Keys of the copies in other Regions. */
  readonly replicaKeys: readonly ReplicaKey[];
}

/**
 * Lets a role read and write secrets below the prefix under the deployment's key, and have Secrets
 * Manager copy them under the keys of other Regions. Only Secrets Manager uses the keys for it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
export function permitSecretWrites(role: Role, { prefix, key, replicaKeys }: SecretWrites): void {
  const secrets = secretsBelow(role, prefix);
  acknowledgeWildcard(
    role,
    secrets,
    'Teams register credentials without a deployment; the prefix holds credentials and nothing else.',
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'EncryptCredentials',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': viaService(role, 'secretsmanager') },
        StringLike: { 'kms:EncryptionContext:SecretARN': [secrets, KEY_CHECK] },
      },
    }),
  );
  for (const { region, arn } of replicaKeys)
    role.addToPolicy(
      new PolicyStatement({
        sid: `CopyCredentialsTo${region.replaceAll('-', '')}`,
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
        resources: [arn],
        conditions: {
          // AWS does not document which of the two Regions states that it acts.
          StringEquals: {
            'kms:ViaService': [
              viaService(role, 'secretsmanager'),
              viaService(role, 'secretsmanager', region),
            ],
          },
          StringLike: {
            'kms:EncryptionContext:SecretARN': [
              secrets,
              secretsBelow(role, prefix, region),
              KEY_CHECK,
            ],
          },
        },
      }),
    );
}
