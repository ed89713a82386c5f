import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { joseSignature } from '../../../lib/signing/ecdsa-signature.ts';

const message = Buffer.from('header.payload');
const ROUNDS = 200;

describe('an ECDSA signature in the form of JWS', () => {
  it.each([
    ['P-256', 32],
    ['P-384', 48],
    ['P-521', 66],
  ])('of %s has %d bytes for each of r and s, and is valid', (namedCurve, coordinate) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    for (let round = 0; round < ROUNDS; round += 1) {
      const jose = joseSignature(sign('sha256', message, privateKey), coordinate);
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
      expect(jose).toHaveLength(2 * coordinate);
      expect(verify('sha256', message, key, jose)).toBe(true);
    }
  });

  it('fills short numbers and drops the zero of a number that begins with a set bit', () => {
    const der = Uint8Array.of(0x30, 7, 2, 1, 5, 2, 2, 0, 0x80);
    expect([...joseSignature(der, 2)]).toEqual([0, 5, 0, 0x80]);
  });

  it.each([
    ['nothing', []],
    ['no sequence', [0x31, 6, 2, 1, 5, 2, 1, 5]],
    ['no integer', [0x30, 6, 3, 1, 5, 2, 1, 5]],
    ['one integer', [0x30, 3, 2, 1, 5]],
    ['an integer without its length', [0x30, 4, 2, 1, 5, 2]],
    ['further bytes', [0x30, 6, 2, 1, 5, 2, 1, 5, 0]],
    ['a number that is too long', [0x30, 8, 2, 3, 1, 2, 3, 2, 1, 5]],
  ])('cannot be made of %s', (_, der) => {
    expect(() => joseSignature(Uint8Array.from(der), 2)).toThrow('not an ECDSA signature in DER');
  });
});
