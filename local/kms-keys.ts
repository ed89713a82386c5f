import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { ACCOUNT } from './callers.ts';
import { REGISTRY, ROTATION, VENDING } from './deployed-functions.ts';
import { ServiceError } from './service-error.ts';

/** What keys of a spec are, and the signatures that they make. */
interface Spec {
  readonly generate: () => KeyObject;
  readonly algorithms: readonly string[];
}

const RSA_ALGORITHMS = ['PKCS1_V1_5', 'PSS'].flatMap((scheme) =>
  ['256', '384', '512'].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
);

const rsa = (modulusLength: number): Spec => ({
  generate: () => generateKeyPairSync('rsa', { modulusLength }).privateKey,
  algorithms: RSA_ALGORITHMS,
});
const ec = (namedCurve: string, algorithm: string): Spec => ({
  generate: () => generateKeyPairSync('ec', { namedCurve }).privateKey,
  algorithms: [algorithm],
});

/** https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
const SPECS = {
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec('P-256', 'ECDSA_SHA_256'),
  ECC_NIST_P384: ec('P-384', 'ECDSA_SHA_384'),
  ECC_NIST_P521: ec('P-521', 'ECDSA_SHA_512'),
  ECC_NIST_EDWARDS25519: {
    generate: () => generateKeyPairSync('ed25519').privateKey,
    algorithms: ['ED25519_SHA_512'],
  },
} satisfies Record<string, Spec>;

export type KmsKeySpec = keyof typeof SPECS;

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly spec: KmsKeySpec;
  readonly usage: 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT';
  readonly algorithms: readonly string[];
  readonly privateKey: KeyObject;
  /** Seconds since the Unix epoch. */
  readonly createdAt: number;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  /** Names of the roles that may sign. */
  readonly signers: readonly string[];
}

export interface KmsKeyWish {
  readonly spec: KmsKeySpec;
  /** Default: `SIGN_VERIFY`. */
  readonly usage?: KmsKey['usage'];
  /** Name of a caller. Default: the roles of the functions that obtain tokens. */
  readonly signer?: string;
}

const TOKEN_FUNCTIONS = [VENDING.role, REGISTRY.role, ROTATION.role];

/** The asymmetric keys of the local account. They end with the process. */
export class KmsKeys {
  readonly #keys = new Map<string, KmsKey>();
  readonly #region: string;

  constructor(region: string) {
    this.#region = region;
  }

  create({ spec, usage = 'SIGN_VERIFY', signer }: KmsKeyWish): KmsKey {
    const id = randomUUID();
    const key: KmsKey = {
      id,
      arn: `arn:aws:kms:${this.#region}:${ACCOUNT}:key/${id}`,
      spec,
      usage,
      algorithms: usage === 'SIGN_VERIFY' ? SPECS[spec].algorithms : [],
      privateKey: SPECS[spec].generate(),
      createdAt: Date.now() / 1000,
      state: 'Enabled',
      signers: signer === undefined ? TOKEN_FUNCTIONS : [signer],
    };
    this.#keys.set(id, key);
    return key;
  }

  all(): KmsKey[] {
    return [...this.#keys.values()];
  }

  /** By id or ARN. */
  find(idOrArn: unknown): KmsKey | undefined {
    return this.all().find(({ id, arn }) => id === idOrArn || arn === idOrArn);
  }

  /** @throws ServiceError `NotFoundException` */
  need(idOrArn: unknown): KmsKey {
    const key = this.find(idOrArn);
    if (key !== undefined) return key;
    const name = String(idOrArn);
    const arn = name.startsWith('arn:')
      ? name
      : `arn:aws:kms:${this.#region}:${ACCOUNT}:key/${name}`;
    throw new ServiceError('NotFoundException', `Key '${arn}' does not exist`);
  }
}

export function isKmsKeySpec(spec: unknown): spec is KmsKeySpec {
  return typeof spec === 'string' && Object.hasOwn(SPECS, spec);
}
