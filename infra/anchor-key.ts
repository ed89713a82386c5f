import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type Key, KeySpec } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { createSigningKey } from './signing-key.ts';

/**
 * Signs the anchors of the audit log.
 *
 * @param signer role of the function that anchors
 */
export function createAnchorKey(scope: Construct, signer: IRole): Key {
  return createSigningKey(scope, 'AnchorKey', {
    description: 'Signs anchors of the audit log of token-vending',
    keySpec: KeySpec.ECC_NIST_P256,
    algorithm: 'ECDSA_SHA_256',
    signers: [signer],
  });
}
