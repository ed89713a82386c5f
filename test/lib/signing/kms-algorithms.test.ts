import { describe, expect, it } from '@jest/globals';
import { algorithmsOfSpec, kidOf, kmsAlgorithmOf } from '../../../lib/signing/kms-algorithms.ts';

describe('an algorithm of AWS KMS', () => {
  it.each([
    ['RS256', 'RSASSA_PKCS1_V1_5_SHA_256'],
    ['PS512', 'RSASSA_PSS_SHA_512'],
    ['ES384', 'ECDSA_SHA_384'],
    ['EdDSA', 'ED25519_SHA_512'],
  ])('has for %s the name %s', (alg, name) => {
    expect(kmsAlgorithmOf(alg).name).toBe(name);
  });

  it.each([
    ['RSA_3072', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['ECC_NIST_P521', ['ES512']],
    ['ECC_NIST_EDWARDS25519', ['EdDSA']],
    ['ECC_SECG_P256K1', []],
    ['SYMMETRIC_DEFAULT', []],
  ])('fits a key of spec %s if it is one of %j', (spec, algorithms) => {
    expect(algorithmsOfSpec(spec)).toEqual(algorithms);
  });
});

describe('the kid of a key of AWS KMS', () => {
  it.each([
    ['arn:aws:kms:eu-north-1:111122223333:key/mrk-1234', 'mrk-1234'],
    ['1234abcd-12ab-34cd-56ef-1234567890ab', '1234abcd-12ab-34cd-56ef-1234567890ab'],
  ])('of %s is %s', (id, kid) => {
    expect(kidOf(id)).toBe(kid);
  });
});
