import { Aws } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ADMINISTER, statement } from './keys.ts';

/**
 * Signs the anchors of the audit log. Only the function may sign, and administrators may not.
 * Whoever may read the key in IAM may get the public half.
 *
 * The key leaves it to IAM whether the signer may sign, because only the policy of its role can
 * require that code of the function calls: a policy of a resource does not know that
 * (https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html).
 *
 * @param signer role of the function
 */
export function createAnchorKey(scope: Construct, signer: IRole): Key {
  const root = new AccountRootPrincipal();
  const statements = [
    statement('Administer', root, ADMINISTER, {}),
    statement('ReadPublicKey', root, ['kms:GetPublicKey'], {
      StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID },
    }),
    statement('Sign', root, ['kms:Sign'], {
      ArnEquals: { 'aws:PrincipalArn': signer.roleArn },
      StringEquals: {
        'kms:CallerAccount': Aws.ACCOUNT_ID,
        'kms:SigningAlgorithm': 'ECDSA_SHA_256',
      },
    }),
  ];
  return new Key(scope, 'AnchorKey', {
    description: 'Signs anchors of the audit log of token-vending',
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    policy: new PolicyDocument({ statements }),
  });
}
