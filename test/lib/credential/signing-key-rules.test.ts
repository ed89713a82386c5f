import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkEcKey, checkOkpKey, checkRsaKey } from '../../../lib/credential/signing-key-rules.ts';
import { ecKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/signing-keys.ts';

const { privateJwk: rsa } = rsaKeyPair();
const { privateJwk: p256 } = ecKeyPair('P-256');
const { privateJwk: p384 } = ecKeyPair('P-384');
const { privateJwk: p521 } = ecKeyPair('P-521');
const { privateJwk: ed25519 } = ed25519KeyPair();

describe('an RSA key', () => {
  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])('may be for %s', (alg) => {
    const { kty: _, ...members } = rsa;
    expect(checkRsaKey({ ...rsa, alg })).toEqual({ alg, members });
  });

  it('is for RS256 if it has no alg', () => {
    expect(checkRsaKey(rsa)).toMatchObject({ alg: 'RS256' });
  });

  it('is rejected below 2048 bits', () => {
    expect(checkRsaKey(rsaKeyPair(1024).privateJwk)).toBe(
      'must have a modulus n of at least 2048 bits (RFC 7518 section 3.3): it has 1024',
    );
  });

  it.each<[what: string, change: object, rule: string]>([
    [
      'an encryption',
      { alg: 'RSA-OAEP' },
      'must have alg RS256, RS384, RS512, PS256, PS384 or PS512 with kty RSA',
    ],
    ['an algorithm of another kty', { alg: 'ES256' }, 'must have alg RS256'],
    ['an algorithm that is no text', { alg: 5 }, 'must have alg RS256'],
    [
      'no primes',
      { p: undefined, q: undefined, dp: undefined, dq: undefined, qi: undefined },
      'must have the members p, q, dp, dq, qi (RFC 7518 section 6.3.2)',
    ],
    ['one missing member', { qi: undefined }, 'must have the member qi (RFC 7518 section 6.3.2)'],
    ['padding', { qi: `${rsa.qi}==` }, 'must have qi in base64url without padding'],
    ['numbers', { e: 65537, dp: 5 }, 'must have e, dp in base64url without padding'],
    ['more primes', { oth: [] }, 'must have no member oth'],
    ['a modulus of no byte', { n: 'A' }, 'must have a modulus n of at least 2048 bits'],
  ])('is rejected with %s', (_what, change, rule) => {
    expect(checkRsaKey({ ...rsa, ...change })).toContain(rule);
  });
});

describe('an EC key', () => {
  it.each([
    ['P-256', 'ES256', p256],
    ['P-384', 'ES384', p384],
    ['P-521', 'ES512', p521],
  ])('of %s is for %s, whether it has an alg or not', (_crv, alg, key) => {
    const { kty: _, ...members } = key;
    expect(checkEcKey(key)).toEqual({ alg, members });
    expect(checkEcKey({ ...key, alg })).toEqual({ alg, members });
  });

  it.each<[what: string, key: object, rule: string]>([
    [
      'another curve',
      { ...p256, crv: 'secp256k1' },
      'must have crv P-256, P-384 or P-521 with kty EC',
    ],
    ['no curve', { ...p256, crv: undefined }, 'must have crv P-256, P-384 or P-521 with kty EC'],
    [
      'a curve that the algorithm does not have',
      { ...p384, alg: 'ES256' },
      'must have crv P-256 with alg ES256, or alg ES384 with crv P-384 (RFC 7518 section 3.4)',
    ],
    [
      'an algorithm of another kty',
      { ...p256, alg: 'RS256' },
      'must have alg ES256, ES384 or ES512 with kty EC',
    ],
    [
      'the name of another curve',
      { ...p256, crv: 'P-384' },
      'must have x, y, d of 48 bytes with crv P-384',
    ],
    [
      'a missing coordinate',
      { ...p256, y: undefined },
      'must have the member y (RFC 7518 section 6.2)',
    ],
    ['padding', { ...p256, x: `${p256.x}=` }, 'must have x in base64url without padding'],
  ])('is rejected with %s', (_what, key, rule) => {
    expect(checkEcKey({ ...key })).toBe(rule);
  });
});

describe('an Ed25519 key', () => {
  it.each([
    [undefined, 'EdDSA'],
    ['EdDSA', 'EdDSA'],
    ['Ed25519', 'Ed25519'],
  ])('with alg %s is for %s', (given, alg) => {
    const { kty: _, ...members } = ed25519;
    const key = given === undefined ? ed25519 : { ...ed25519, alg: given };
    expect(checkOkpKey(key)).toEqual({ alg, members });
  });

  it.each<[what: string, change: object, rule: string]>([
    ['another curve', { crv: 'Ed448' }, 'must have crv Ed25519 with kty OKP'],
    ['a curve for encryption', { crv: 'X25519' }, 'must have crv Ed25519 with kty OKP'],
    ['another algorithm', { alg: 'ES256' }, 'must have alg EdDSA or Ed25519 with kty OKP'],
    ['no public part', { x: undefined }, 'must have the member x (RFC 8037 section 2)'],
    ['a short key', { d: 'AAAA' }, 'must have d of 32 bytes with crv Ed25519'],
  ])('is rejected with %s', (_what, change, rule) => {
    expect(checkOkpKey({ ...ed25519, ...change })).toBe(rule);
  });
});

describe('a key with any change of one member', () => {
  const kinds = [
    [checkRsaKey, rsa],
    [checkEcKey, p256],
    [checkOkpKey, ed25519],
  ] as const;
  const change = fc.record({
    kind: fc.constantFrom(...kinds),
    name: fc.constantFrom('alg', 'crv', 'n', 'e', 'd', 'p', 'x', 'y', 'oth'),
    value: fc.oneof(fc.jsonValue(), fc.constant(undefined)),
  });

  it('is accepted or rejected in words that name the member, and never repeated', () => {
    fc.assert(
      fc.property(change, ({ kind: [check, key], name, value }) => {
        const checked = check({ ...key, [name]: value });
        if (typeof checked !== 'string') return;
        expect(checked).toMatch(new RegExp(`^must have .*\\b${name}\\b`));
        expect(checked).not.toContain(String(key.d));
      }),
    );
  });
});
