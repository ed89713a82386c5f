import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { ecKeyPair } from '../../support/signing-keys.ts';

const { privateJwk: key } = ecKeyPair('P-256');
const { client_secret: _, ...withoutSecret } = DOCUMENT;
const byKey = { ...withoutSecret, token_endpoint_auth_method: 'private_key_jwt' };
const parse = (privateKeyJwk: unknown) =>
  parseCredentialDocument(JSON.stringify({ ...byKey, private_key_jwk: privateKeyJwk }), {
    allowLoopbackHttp: false,
  });
const { kty, ...members } = key;

describe('the private key of a credential document', () => {
  it('has an algorithm, a key id and the members that sign', () => {
    expect(parse({ ...key, kid: 'k1', alg: 'ES256' }).authentication).toEqual({
      method: 'private_key_jwt',
      source: 'document',
      privateKeyJwk: { kty, alg: 'ES256', kid: 'k1', members },
    });
  });

  it('is read without the members that it does not use', () => {
    const more = {
      use: 'sig',
      key_ops: ['sign', 'verify'],
      ext: true,
      x5c: ['MIIB'],
      x5t: 'x',
      'x5t#S256': 'x',
      x5u: 'https://keys.example.com',
      exp: 1,
      alg: null,
      kid: null,
      d_extra: { a: 1 },
    };
    expect(parse({ ...key, ...more }).authentication).toEqual(parse(key).authentication);
  });

  it.each<[what: string, key: unknown, text: string]>([
    ['text', JSON.stringify(key), 'must be a JSON object: a private key as JWK'],
    ['a list', [key], 'must have kty'],
    [
      'a public key',
      { ...key, d: undefined },
      'must have the member d: without it the key is public',
    ],
    ['a symmetric key', { kty: 'oct', k: SECRET_CANARY }, 'must have kty RSA, EC or OKP'],
    ['a key without kty', { ...key, kty: undefined }, 'must have kty RSA, EC or OKP'],
    ['a key for encryption', { ...key, use: 'enc' }, 'must have use sig, or no use'],
    ['a key that may only verify', { ...key, key_ops: ['verify'] }, 'must have sign in key_ops'],
    ['a key whose operations are text', { ...key, key_ops: 'sign' }, 'must have sign in key_ops'],
    ['a key id that is a number', { ...key, kid: 7 }, 'must have as kid a string of 1 to 256'],
    ['an empty key id', { ...key, kid: '' }, 'must have as kid a string of 1 to 256'],
    ['a long key id', { ...key, kid: 'k'.repeat(257) }, 'must have as kid a string of 1 to 256'],
    [
      'a key that breaks a rule of its kty',
      { ...key, y: undefined },
      'must have the member y (RFC',
    ],
  ])('is rejected with the member and the rule, and not repeated: %s', (_what, given, text) => {
    const thrown = () => parse(given);
    expect(thrown).toThrow(`private_key_jwk ${text}`);
    expect(thrown).not.toThrow(SECRET_CANARY);
    expect(thrown).not.toThrow(String(key.d));
  });
});
