import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newClientSecret, newKeyLike, publicKeys } from '../../../lib/rotation/new-key.ts';

const jwk = ({ privateKey }: { privateKey: KeyObject }) => privateKey.export({ format: 'jwk' });

describe('a new key', () => {
  it.each([
    ['RSA', jwk(generateKeyPairSync('rsa', { modulusLength: 2048 })), { alg: 'PS256' }],
    ['EC', jwk(generateKeyPairSync('ec', { namedCurve: 'P-384' })), { alg: 'ES384' }],
    ['OKP', jwk(generateKeyPairSync('ed25519')), {}],
  ])('is of the kind of the one before: %s', (kty, key, alg) => {
    const before = { ...key, ...alg, kid: 'before' };
    const after = newKeyLike(before);
    expect(after).toMatchObject({ kty, use: 'sig', ...alg });
    expect(after['crv']).toBe(before.crv);
    expect(String(after['n']).length).toBe(String(before.n).length);
    expect(after['d']).not.toBe(before.d);
    expect(after['kid']).toMatch(/^[\w-]{22}$/);
    const { keys } = publicKeys([before, after]);
    expect(keys.map(({ kid }) => kid)).toEqual(['before', after['kid']]);
    for (const one of keys) expect(one).not.toHaveProperty('d');
    expect(keys[0]).not.toHaveProperty('use');
    expect(publicKeys([{ ...before, kid: null }]).keys[0]).not.toHaveProperty('kid');
  });

  it('is not the same twice, and neither is a client secret', () => {
    expect(newClientSecret()).toMatch(/^[\w-]{64}$/);
    expect(newClientSecret()).not.toBe(newClientSecret());
  });
});
