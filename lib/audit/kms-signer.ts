import { KMSClient, type KMSClientConfig, SignCommand } from '@aws-sdk/client-kms';
import type { AnchorSigner } from './anchor-signer.ts';

/**
 * Signs with an asymmetric key that never leaves AWS KMS (ECC_NIST_P256). Errors of the SDK are not
 * translated: no caller of the endpoint sees them.
 *
 * @param keyId ARN or id of the key
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export function openKmsSigner(
  keyId: string,
  options: Pick<KMSClientConfig, 'region' | 'endpoint' | 'credentials'> = {},
): AnchorSigner {
  const client = new KMSClient(options);
  return {
    async sign(message, signal) {
      const command = new SignCommand({
        KeyId: keyId,
        Message: message,
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      const { Signature } = await client.send(command, { abortSignal: signal });
      if (Signature === undefined) throw new Error('the response of KMS contains no signature');
      return Signature;
    },
  };
}
