import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });

const { client_secret: _, ...withoutSecret } = DOCUMENT;
const byKey = { ...withoutSecret, token_endpoint_auth_method: 'private_key_jwt' };
const ecKey = { kty: 'EC', crv: 'P-256', x: 'canary-x', y: 'canary-y', d: 'canary-d' };
const rsaKey = {
  kty: 'RSA',
  n: 'n',
  e: 'AQAB',
  d: 'd',
  p: 'p',
  q: 'q',
  dp: 'dp',
  dq: 'dq',
  qi: 'qi',
};
const okpKey = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' };

describe('private key of a credential document', () => {
  it.each([
    ['RS256', rsaKey],
    ['PS256', { ...rsaKey, alg: 'PS256' }],
    ['ES256', { ...ecKey, kid: 'k1', use: 'sig', key_ops: ['sign'] }],
    ['EdDSA', okpKey],
  ])('may be for %s', (alg, privateKeyJwk) => {
    expect(parse({ ...byKey, private_key_jwk: privateKeyJwk }).authentication).toMatchObject({
      method: 'private_key_jwt',
      privateKeyJwk: { alg },
    });
  });

  it.each<[what: string, document: object, text: RegExp]>([
    [
      'a public key',
      { ...byKey, private_key_jwk: { ...ecKey, d: undefined } },
      /private_key_jwk is missing|private_key_jwk must be a private JWK/,
    ],
    [
      'a key of another curve',
      { ...byKey, private_key_jwk: { ...ecKey, crv: 'P-384' } },
      /private_key_jwk must be a private JWK/,
    ],
    [
      'a symmetric key',
      { ...byKey, private_key_jwk: { kty: 'oct', k: SECRET_CANARY } },
      /private_key_jwk must be a private JWK/,
    ],
    [
      'a key with an unknown member',
      { ...byKey, private_key_jwk: { ...ecKey, extra: 1 } },
      /private_key_jwk.extra is not a known key/,
    ],
  ])('is rejected, and not repeated: %s', (_what, document, text) => {
    expect(() => parse(document)).toThrow(text);
    expect(() => parse(document)).not.toThrow(/canary/);
  });
});
