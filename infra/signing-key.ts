import { Aws } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Key, type KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ADMINISTER, deny, statement } from './keys.ts';

export interface SigningKeySettings {
  readonly description: string;
  readonly keySpec: KeySpec;
  /** The only algorithm of its signatures, in the words of KMS. */
  readonly algorithm: string;
  /** The only roles that may sign. Their identity policies must permit it too. */
  readonly signers: readonly IRole[];
}

/**
 * An asymmetric key that only these roles may sign with. Administrators may not. Whoever may read the key
 * in IAM may get the public half.
 *
 * The policy of the key leaves the permission to the identity policies of the signers and denies every
 * other role, because IAM reads `lambda:SourceFunctionArn` in identity policies only:
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function createSigningKey(
  scope: Construct,
  id: string,
  { description, keySpec, algorithm, signers }: SigningKeySettings,
): Key {
  const root = new AccountRootPrincipal();
  const ofAccount = { 'kms:CallerAccount': Aws.ACCOUNT_ID };
  const statements = [
    statement('Administer', root, ADMINISTER, {}),
    statement('ReadPublicKey', root, ['kms:GetPublicKey'], { StringEquals: ofAccount }),
    statement('Sign', root, ['kms:Sign'], {
      StringEquals: { ...ofAccount, 'kms:SigningAlgorithm': algorithm },
    }),
    deny('DenyOtherSigners', ['kms:Sign'], {
      ArnNotEquals: { 'aws:PrincipalArn': signers.map(({ roleArn }) => roleArn) },
    }),
  ];
  return new Key(scope, id, {
    description,
    keySpec,
    keyUsage: KeyUsage.SIGN_VERIFY,
    policy: new PolicyDocument({ statements }),
  });
}
