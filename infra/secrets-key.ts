import { Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnReplicaKey, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { createKey, deny, KEY_CHECK, keyPolicy, statement, throughService } from './keys.ts';
import { otherRegionsOf, type RegionSettings } from './regions.ts';

const DESCRIPTION = 'OAuth client secrets of token-vending';

export interface SecretsKeyProps extends RegionSettings {
  /** ARNs of roles; those that are added until synthesis count. */
  readonly readers: readonly string[];
}

/**
 * Encrypts credential documents. Usable only through Secrets Manager, by principals whose identity
 * policy permits it. Only readers may decrypt, so a secret without a resource policy of its own, such
 * as one that was created without a deployment, is not readable to administrators either.
 *
 * With `replicaRegions` it is a multi-Region key, whose copy in another Region has the same id. With
 * `primaryRegion` it is such a copy. A key has a policy of its own in each Region.
 */
export function createSecretsKey(scope: Construct, props: SecretsKeyProps): IKey {
  const { replicaRegions, primaryRegion } = props;
  const statements = statementsOf(scope, props);
  if (primaryRegion === undefined) {
    if (replicaRegions === undefined)
      return createKey(scope, 'SecretsKey', DESCRIPTION, statements);
    const all = [...statements, ...permitCopies(replicaRegions)];
    return createKey(scope, 'SecretsKey', DESCRIPTION, all, { multiRegion: true });
  }
  const copy = new CfnReplicaKey(scope, 'SecretsKey', {
    description: DESCRIPTION,
    primaryKeyArn: primaryRegion.secretsKey,
    keyPolicy: keyPolicy(statements),
  });
  copy.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return Key.fromKeyArn(scope, 'SecretsKeyCopy', copy.attrArn);
}

function statementsOf(scope: Construct, props: SecretsKeyProps): PolicyStatement[] {
  const others = otherRegionsOf(scope, props);
  const encrypt = others.length === 0 ? [] : ['kms:Encrypt'];
  return [
    throughService('secretsmanager', ['kms:Decrypt', ...encrypt, 'kms:GenerateDataKey'], others),
    deny('DenyOtherReaders', ['kms:Decrypt'], {
      ArnNotEquals: {
        'aws:PrincipalArn': Lazy.list({ produce: () => [...new Set(props.readers)] }),
      },
      StringNotEquals: { 'kms:EncryptionContext:SecretARN': KEY_CHECK },
    }),
  ];
}

// CloudFormation needs it in the other Region, for the stack there.
function permitCopies(regions: readonly string[]): PolicyStatement[] {
  if (regions.length === 0) return [];
  return [
    statement('CopyKey', new AccountRootPrincipal(), ['kms:ReplicateKey'], {
      StringEquals: { 'kms:ReplicaRegion': [...regions] },
    }),
  ];
}
