import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { acknowledgeWildcard } from './acknowledge.ts';
import { secretsBelow } from './function-role.ts';
import { KEY_CHECK, viaService } from './keys.ts';

export interface SecretWrites {
  readonly prefix: string;
  readonly key: IKey;
}

/**
 * Lets a role read and write secrets below the prefix under the deployment's key. Only Secrets
 * Manager uses the key for it.
 */
export function permitSecretWrites(role: Role, { prefix, key }: SecretWrites): void {
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
}
