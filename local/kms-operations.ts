import { constants, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { ACCOUNT } from './callers.ts';
import { isKmsKeySpec, type KmsKey, type KmsKeys } from './kms-keys.ts';
import { ServiceError } from './service-error.ts';

type Input = Readonly<Record<string, unknown>>;

export type KmsOperation = (keys: KmsKeys, input: Input) => object;

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
const LONGEST_MESSAGE = 4096;

function createKey(keys: KmsKeys, input: Input): object {
  const { KeySpec: spec, KeyUsage: usage } = input;
  if (!isKmsKeySpec(spec) || (usage !== 'SIGN_VERIFY' && usage !== 'ENCRYPT_DECRYPT'))
    throw new ServiceError('UnsupportedOperationException', 'The key is not supported here.');
  return { KeyMetadata: describe(keys.create({ spec, usage })) };
}

function describe(key: KmsKey): object {
  return {
    AWSAccountId: ACCOUNT,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.state === 'Enabled',
    KeyState: key.state,
    KeyUsage: key.usage,
    KeySpec: key.spec,
    SigningAlgorithms: key.usage === 'SIGN_VERIFY' ? key.algorithms : undefined,
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    MultiRegion: false,
  };
}

function getPublicKey(keys: KmsKeys, input: Input): object {
  const key = needUsable(keys, input);
  const der = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' });
  return {
    KeyId: key.arn,
    KeySpec: key.spec,
    KeyUsage: key.usage,
    SigningAlgorithms: key.algorithms,
    PublicKey: der.toString('base64'),
  };
}

function signMessage(keys: KmsKeys, input: Input): object {
  const key = needUsable(keys, input);
  const algorithm = String(input['SigningAlgorithm']);
  const message = Buffer.from(String(input['Message']), 'base64');
  if (key.usage !== 'SIGN_VERIFY')
    throw new ServiceError('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage}.`);
  if (!key.algorithms.includes(algorithm)) {
    throw new ServiceError(
      'InvalidKeyUsageException',
      `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
    );
  }
  if (input['MessageType'] !== 'RAW' || message.length === 0 || message.length > LONGEST_MESSAGE)
    throw new ServiceError('ValidationException', 'Message must be RAW, of 1 to 4096 bytes.');
  const Signature = signAs(algorithm, key.privateKey, message);
  return { KeyId: key.arn, SigningAlgorithm: algorithm, Signature: Signature.toString('base64') };
}

function needUsable(keys: KmsKeys, input: Input): KmsKey {
  const key = keys.need(input['KeyId']);
  if (key.state === 'Disabled')
    throw new ServiceError('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new ServiceError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

/** The signature of a message by an algorithm of KMS, in DER for ECDSA. */
export function signAs(algorithm: string, key: KeyObject, message: Uint8Array): Buffer {
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  // Ed25519 hashes by itself.
  const digest = algorithm.startsWith('ED25519') ? null : `sha${algorithm.slice(-3)}`;
  return sign(digest, message, algorithm.includes('PSS') ? { key, padding, saltLength } : key);
}

const setState =
  (state: KmsKey['state']): KmsOperation =>
  (keys, input) => {
    keys.need(input['KeyId']).state = state;
    return {};
  };

/** The operations of AWS KMS that the local system supports. */
export const kmsOperations: Readonly<Record<string, KmsOperation>> = {
  CreateKey: createKey,
  DescribeKey: (keys, input) => ({ KeyMetadata: describe(keys.need(input['KeyId'])) }),
  GetPublicKey: getPublicKey,
  Sign: signMessage,
  DisableKey: setState('Disabled'),
  EnableKey: setState('Enabled'),
};
