import { createPublicKey, type KeyObject } from 'node:crypto';
import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KmsOptions } from './kms-signer.ts';

/** What AWS KMS says about a key. */
export interface KmsKeyDescription {
  /** `SIGN_VERIFY` if the key can sign. */
  readonly usage: string;
  /** `RSA_2048`, `ECC_NIST_P256`, ... */
  readonly spec: string;
  /** `Enabled` if the key can be used. */
  readonly state: string;
}

/** What an operator reads of keys of AWS KMS. */
export interface KmsKeys {
  /** @throws errors of the SDK, not translated */
  describe(keyId: string, signal: AbortSignal): Promise<KmsKeyDescription>;
  /** @throws errors of the SDK, not translated */
  readPublicKey(keyId: string, signal: AbortSignal): Promise<KeyObject>;
  close(): void;
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html */
export function openKmsKeys(options: KmsOptions = {}): KmsKeys {
  const client = new KMSClient(options);
  return {
    async describe(keyId, signal) {
      const command = new DescribeKeyCommand({ KeyId: keyId });
      const { KeyMetadata } = await client.send(command, { abortSignal: signal });
      const { KeyUsage = '', KeySpec = '', KeyState = '' } = KeyMetadata ?? {};
      return { usage: KeyUsage, spec: KeySpec, state: KeyState };
    },
    async readPublicKey(keyId, signal) {
      const command = new GetPublicKeyCommand({ KeyId: keyId });
      const { PublicKey = new Uint8Array() } = await client.send(command, { abortSignal: signal });
      return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    },
    close: () => client.destroy(),
  };
}
