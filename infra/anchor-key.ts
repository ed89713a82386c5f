import { Aws } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IPrincipal, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { calledBy } from '../lib/credential/secrets-manager-statements.ts';
import { ADMINISTER, statement } from './keys.ts';

/**
 * Signs the anchors of the audit log. Only the function may sign, and administrators may not.
 * Whoever may read the key in IAM may get the public half.
 *
 * @param signer role of the function
 */
export function createAnchorKey(scope: Construct, signer: IPrincipal, functionArn: string): Key {
  const root = new AccountRootPrincipal();
  const statements = [
    statement('Administer', root, ADMINISTER, {}),
    statement('ReadPublicKey', root, ['kms:GetPublicKey'], {
      StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID },
    }),
    statement('Sign', signer, ['kms:Sign'], {
      ...calledBy(functionArn),
      StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' },
    }),
  ];
  return new Key(scope, 'AnchorKey', {
    description: 'Signs anchors of the audit log of token-vending',
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    policy: new PolicyDocument({ statements }),
  });
}
