import { KMSClient, type KMSClientConfig, SignCommand } from '@aws-sdk/client-kms';
import type { KmsAlgorithmName } from './kms-algorithms.ts';

/** Options of an SDK client; the SDK reads absent ones from the environment. */
export type KmsOptions = Pick<
  KMSClientConfig,
  'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'requestHandler'
>;

/** A message that a key of AWS KMS signs. */
export interface KmsMessage {
  /** Id or ARN of an asymmetric key. */
  readonly keyId: string;
  readonly algorithm: KmsAlgorithmName;
  /** At most 4096 bytes; KMS hashes it. */
  readonly message: Uint8Array;
}

/** Signs with keys that never leave AWS KMS. */
export interface KmsSigner {
  /**
   * @returns the signature; in DER for ECDSA
   * @throws errors of the SDK, not translated; the `reason` of the signal
   */
  sign(message: KmsMessage, signal: AbortSignal): Promise<Uint8Array>;
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export function openKmsSigner(options: KmsOptions = {}): KmsSigner {
  const client = new KMSClient(options);
  return {
    async sign({ keyId, algorithm, message }, signal) {
      const command = new SignCommand({
        KeyId: keyId,
        Message: message,
        MessageType: 'RAW',
        SigningAlgorithm: algorithm,
      });
      try {
        const { Signature } = await client.send(command, { abortSignal: signal });
        if (Signature === undefined) throw new Error('the response of KMS contains no signature');
        return Signature;
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      }
    },
  };
}
