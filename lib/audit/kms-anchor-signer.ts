import type { KmsSigner } from '../signing/kms-signer.ts';
import type { AnchorSigner } from './anchor-signer.ts';

/**
 * Signs anchors with a key that never leaves AWS KMS (ECC_NIST_P256). Errors of the SDK are not
 * translated: no caller of the endpoint sees them.
 *
 * @param keyId ARN or id of the key
 */
export function openAnchorSigner(signer: KmsSigner, keyId: string): AnchorSigner {
  const algorithm = 'ECDSA_SHA_256';
  return { sign: (message, signal) => signer.sign({ keyId, algorithm, message }, signal) };
}
