/** How AWS KMS makes the signatures of one `alg` of JWS. */
export interface KmsAlgorithm {
  /** `SigningAlgorithm` of the KMS API. */
  readonly name: KmsAlgorithmName;
  /** `KeySpec` of the keys that can make it. */
  readonly keySpecs: readonly string[];
  /** Bytes of `r` and of `s`, for ECDSA. */
  readonly coordinate?: number;
}

export type KmsAlgorithmName =
  | `RSASSA_${'PKCS1_V1_5' | 'PSS'}_SHA_${256 | 384 | 512}`
  | `ECDSA_SHA_${256 | 384 | 512}`
  | 'ED25519_SHA_512';

const RSA = ['RSA_2048', 'RSA_3072', 'RSA_4096'];

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
const ALGORITHMS: Readonly<Record<string, KmsAlgorithm>> = {
  RS256: { name: 'RSASSA_PKCS1_V1_5_SHA_256', keySpecs: RSA },
  RS384: { name: 'RSASSA_PKCS1_V1_5_SHA_384', keySpecs: RSA },
  RS512: { name: 'RSASSA_PKCS1_V1_5_SHA_512', keySpecs: RSA },
  PS256: { name: 'RSASSA_PSS_SHA_256', keySpecs: RSA },
  PS384: { name: 'RSASSA_PSS_SHA_384', keySpecs: RSA },
  PS512: { name: 'RSASSA_PSS_SHA_512', keySpecs: RSA },
  ES256: { name: 'ECDSA_SHA_256', keySpecs: ['ECC_NIST_P256'], coordinate: 32 },
  ES384: { name: 'ECDSA_SHA_384', keySpecs: ['ECC_NIST_P384'], coordinate: 48 },
  ES512: { name: 'ECDSA_SHA_512', keySpecs: ['ECC_NIST_P521'], coordinate: 66 },
  EdDSA: { name: 'ED25519_SHA_512', keySpecs: ['ECC_NIST_EDWARDS25519'] },
};

/** @param alg of a credential document, whose schema allows only these */
export function kmsAlgorithmOf(alg: string): KmsAlgorithm {
  return ALGORITHMS[alg] as KmsAlgorithm;
}

/** Each `alg` of JWS that a key of this spec can make; empty if the spec makes none. */
export function algorithmsOfSpec(keySpec: string): readonly string[] {
  return Object.keys(ALGORITHMS).filter((alg) => ALGORITHMS[alg]?.keySpecs.includes(keySpec));
}

/**
 * `kid` of the assertions that a key signs, and of its public key: the last part of its ARN.
 *
 * @param kmsKeyId id or ARN of the key
 */
export function kidOf(kmsKeyId: string): string {
  return kmsKeyId.slice(kmsKeyId.lastIndexOf('/') + 1);
}
