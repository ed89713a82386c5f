import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

type Jwk = JsonWebKey & Record<string, unknown>;

/** A new key pair for signing. */
export interface SigningKeyPair {
  readonly privateJwk: Jwk;
  readonly publicKey: KeyObject;
}

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const toKeyPair = ({ privateKey, publicKey }: Pair): SigningKeyPair => ({
  privateJwk: privateKey.export({ format: 'jwk' }) as Jwk,
  publicKey,
});

export const rsaKeyPair = (modulusLength = 2048) =>
  toKeyPair(generateKeyPairSync('rsa', { modulusLength }));

export const ecKeyPair = (namedCurve: string) =>
  toKeyPair(generateKeyPairSync('ec', { namedCurve }));

export const ed25519KeyPair = () => toKeyPair(generateKeyPairSync('ed25519'));
