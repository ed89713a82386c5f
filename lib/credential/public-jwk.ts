import type { PrivateKeyJwk } from './private-key-jwk.ts';

/** A public key to register at an authorization server (RFC 7517). */
export type PublicJwk = Readonly<Record<string, string>>;

const PUBLIC = ['crv', 'x', 'y', 'n', 'e'];

/** The public key of a private one. Its `kid` and `alg` are those of the assertions. */
export function publicPartOf({ kty, kid, alg, members }: PrivateKeyJwk): PublicJwk {
  const known = Object.entries(members).filter(([name]) => PUBLIC.includes(name));
  return {
    kty,
    ...Object.fromEntries(known),
    ...(kid === undefined ? {} : { kid }),
    use: 'sig',
    alg,
  };
}
