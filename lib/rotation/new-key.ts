import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';

/** A key as JWK (RFC 7517). */
export type Jwk = Readonly<Record<string, unknown>>;

/** A client secret of 384 random bits, in 64 characters that need no encoding anywhere. */
export function newClientSecret(): string {
  return randomBytes(48).toString('base64url');
}

/**
 * A new private key of the kind and algorithm of another one, with a key id of its own.
 *
 * @param before private key as JWK, valid
 */
export function newKeyLike(before: Jwk): Jwk {
  const { alg } = before;
  const { privateKey } = generate(before);
  return {
    ...privateKey.export({ format: 'jwk' }),
    ...(alg === undefined ? {} : { alg }),
    use: 'sig',
    kid: randomBytes(16).toString('base64url'),
  };
}

function generate(before: Jwk) {
  const { kty, crv } = before;
  if (kty === 'EC') return generateKeyPairSync('ec', { namedCurve: String(crv) });
  if (kty === 'OKP') return generateKeyPairSync('ed25519');
  const { asymmetricKeyDetails } = createPrivateKey({ key: { ...before }, format: 'jwk' });
  return generateKeyPairSync('rsa', {
    modulusLength: asymmetricKeyDetails?.modulusLength as number,
  });
}

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'];

/** The public keys of private ones, as a key set (RFC 7517 section 5). */
export function publicKeys(keys: readonly Jwk[]): { readonly keys: readonly Jwk[] } {
  return {
    keys: keys.map((key) =>
      Object.fromEntries(
        PUBLIC_MEMBERS.filter((member) => key[member] !== undefined && key[member] !== null).map(
          (member) => [member, key[member]],
        ),
      ),
    ),
  };
}
