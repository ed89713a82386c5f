import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { publishedJwk } from '../../support/dialects/signed-token.ts';
import { rsaKeyPair } from '../../support/signing-keys.ts';

const right: Record<string, unknown> = { ...publishedJwk('ES256'), kid: 'ES256' };
const other = publishedJwk('ES256 other');
const weak = rsaKeyPair(1024).publicKey.export({ format: 'jwk' });

const modulus = Buffer.from(String(publishedJwk('RS256')['n']), 'base64url');
/** Forms that RFC 7518 section 6.3.1.1 does not permit, and that servers write. */
const RSA_FORMS = [
  ['with a zero byte before it', Buffer.concat([Buffer.alloc(1), modulus]).toString('base64url')],
  ['in base64 with padding', modulus.toString('base64')],
] as const;

const vended = { vended: { scope: 'orders:read' } };

/** Key sets: section 2 of the dialects. */
export const KEY_SET_ROWS: readonly DialectRow[] = [
  ...[
    ['a key without kid', [publishedJwk('ES256')]],
    ['several keys without kid', [other, publishedJwk('ES256')]],
    [
      'a key with alg, use and key_ops',
      [{ ...right, alg: 'ES256', use: 'sig', key_ops: ['verify'] }],
    ],
    ['a key with use null and alg null', [{ ...right, alg: null, use: null }]],
    ['a key with certificates', [{ ...right, x5c: ['MII'], x5t: 'x', 'x5t#S256': 'y', x5u: 7 }]],
    ['an RSA key of 1024 bits beside', [{ ...weak, kid: 'ES256' }, right]],
    [
      'a key of an unknown kty beside',
      [{ kty: 'AKP', alg: 'ML-DSA-44', pub: 'x', kid: 'ES256' }, right],
    ],
    ['a point that is not on its curve beside', [{ ...right, y: right['x'] }, right]],
    [
      'a key for encryption of the same name beside',
      [{ ...other, kid: 'ES256', use: 'enc' }, right],
    ],
    ['two keys of the same name', [{ ...other, kid: 'ES256' }, right]],
    [
      'entries that are no keys beside',
      [null, 7, [], {}, { kty: 'EC' }, { kty: 7, kid: 7 }, { kty: 'constructor' }, right],
    ],
    ['a private member', [{ ...right, d: 7 }]],
    ['a symmetric key beside', [{ kty: 'oct', k: 'x', kid: 'ES256' }, right]],
  ].map(
    ([what, keys]): DialectRow => ({
      server: `publishes ${String(what)}`,
      claims: {},
      keys: keys as object[],
      ...vended,
    }),
  ),
  {
    server: 'publishes 300 other keys before the right one',
    claims: {},
    keys: [...Array.from({ length: 300 }, (_, n) => ({ ...other, kid: `${n}` })), right],
    ...vended,
  },
  ...RSA_FORMS.map(
    ([what, n]): DialectRow => ({
      server: `writes the modulus of an RSA key ${what}`,
      claims: {},
      key: 'RS256',
      keys: [{ ...publishedJwk('RS256'), n, kid: 'RS256' }],
      ...vended,
    }),
  ),
  {
    server: 'names no kid in its tokens, and publishes several keys',
    claims: {},
    header: { kid: undefined },
    keys: [other, { ...publishedJwk('RS256'), kid: 'r' }, right],
    ...vended,
  },
  {
    server: 'writes kid as a number',
    claims: {},
    header: { kid: 7 },
    keys: [{ ...publishedJwk('ES256'), kid: 7 }],
    ...vended,
  },
  ...['RS256', 'PS256', 'ES384', 'ES512', 'EdDSA'].map(
    (key): DialectRow => ({ server: `signs by ${key}`, claims: {}, key, ...vended }),
  ),
  {
    server: 'publishes an EdDSA key as Ed25519',
    claims: {},
    key: 'EdDSA',
    keys: [{ ...publishedJwk('EdDSA'), alg: 'Ed25519' }],
    ...vended,
  },
];
