import { describe, expect, it } from '@jest/globals';
import type { InvalidReason } from '../../../lib/grant/token-verifier.ts';
import { verifySignature } from '../../../lib/grant/verify-signature.ts';
import { FakeVerifier, ISSUER } from '../../support/fake-ports.ts';

const metadata = {
  ...{ issuer: ISSUER, tokenEndpoint: `${ISSUER}/token`, jwksUri: `${ISSUER}/jwks` },
  revocationEndpoint: undefined,
};
const { signal } = new AbortController();

describe('the signature of a token', () => {
  it('that is valid yields the claims', async () => {
    const verifier = new FakeVerifier();
    verifier.result = { valid: true, claims: { sub: 's' } };
    expect(await verifySignature('t', metadata, verifier, signal)).toEqual({ sub: 's' });
  });

  it('cannot be verified without keys', async () => {
    const without = { ...metadata, jwksUri: undefined };
    await expect(verifySignature('t', without, new FakeVerifier(), signal)).rejects.toMatchObject({
      advice: expect.stringMatching(/jwks_uri.*access_token_format/),
    });
  });

  it('is not verified by keys on another host, which the error names', async () => {
    const foreignJwksUri = 'https://evil.example.net/keys';
    const foreign = { ...metadata, jwksUri: undefined, foreignJwksUri };
    await expect(verifySignature('t', foreign, new FakeVerifier(), signal)).rejects.toMatchObject({
      code: 'token_unacceptable',
      message: expect.stringContaining(foreignJwksUri),
      advice: expect.stringContaining(`"jwks_uri": "${foreignJwksUri}"`),
    });
  });

  it.each<[InvalidReason, string, RegExp]>([
    ['unknown_key', 'upstream_unavailable', /not among its published keys/],
    ['unsupported_algorithm', 'token_unacceptable', /alg of the JWT must be/],
    ['bad_signature', 'token_unacceptable', /signature must be valid/],
    ['malformed', 'token_unacceptable', /payload of the JWT/],
  ])('with %s is %s, and the error names the key of the document', async (reason, code, text) => {
    const verifier = new FakeVerifier();
    verifier.result = { valid: false, reason };
    await expect(verifySignature('t', metadata, verifier, signal)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(text),
      advice: expect.stringMatching(/"access_token_format": "opaque"/),
    });
  });
});
