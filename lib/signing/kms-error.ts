import type { VendError } from '../errors/vend-error.ts';
import { type SigningRefusal, signingErrorOf } from './aws-error.ts';
import { kidOf, kmsAlgorithmOf } from './kms-algorithms.ts';

/** The key of a credential document that signs, and the `alg` of its assertions. */
export interface SigningKey {
  /** Id or ARN. */
  readonly kmsKeyId: string;
  readonly alg: string;
}

/**
 * The error that an error of KMS means, with its remedy. It names the key by its `kid`, without the
 * account of its ARN.
 *
 * @returns `credential_invalid` (the key cannot sign), `secrets_unavailable` (KMS fails or throttles)
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_Errors
 */
export function kmsErrorOf(error: unknown, key: SigningKey): VendError {
  return signingErrorOf('AWS KMS', error, refusalsOf(key));
}

/** What keys can make the assertions of a document, in words. */
export function describeFittingKey(alg: string): string {
  const { keySpecs } = kmsAlgorithmOf(alg);
  return `${alg} needs a key of usage SIGN_VERIFY and spec ${keySpecs.join(' or ')}`;
}

function refusalsOf({ kmsKeyId, alg }: SigningKey): Readonly<Record<string, SigningRefusal>> {
  const key = `KMS key ${kidOf(kmsKeyId)}`;
  const unusable = {
    says: `The ${key} cannot sign with ${alg}: its usage or its spec is another.`,
    advice: `${describeFittingKey(alg)}. Correct kms_key_id or token_endpoint_auth_signing_alg in the credential document.`,
  };
  const unknown = {
    says: `There is no ${key} in this Region.`,
    advice:
      'Correct kms_key_id in the credential document. A key of another account needs its ARN. A key of another Region cannot be used.',
  };
  return {
    AccessDenied: {
      says: `AWS does not permit kms:Sign with the ${key}.`,
      advice:
        'Name the key in the configuration of the deployment and deploy it. The policy of the key must permit kms:Sign to the role of the function.',
    },
    Disabled: {
      says: `The ${key} is disabled.`,
      advice: 'Enable the key in AWS KMS, or name another key in kms_key_id.',
    },
    KMSInvalidState: {
      says: `The ${key} cannot sign in its current state.`,
      advice:
        'aws kms describe-key shows the state. If it is PendingDeletion, cancel the deletion and enable the key, or name another key in kms_key_id.',
    },
    NotFound: unknown,
    InvalidArn: unknown,
    InvalidKeyUsage: unusable,
    UnsupportedOperation: unusable,
    Validation: unusable,
  };
}
