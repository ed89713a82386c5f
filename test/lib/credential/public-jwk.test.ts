import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import type { PrivateKeyJwk } from '../../../lib/credential/private-key-jwk.ts';
import { publicPartOf } from '../../../lib/credential/public-jwk.ts';
import { ecKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/signing-keys.ts';

function parse(private_key_jwk: object): PrivateKeyJwk {
  const document = {
    issuer: 'https://auth.example.com',
    client_id: 'client-1',
    token_endpoint_auth_method: 'private_key_jwt',
    private_key_jwk,
  };
  const { authentication } = parseCredentialDocument(JSON.stringify(document), {
    allowLoopbackHttp: false,
  });
  if (!('privateKeyJwk' in authentication)) throw new Error('the document has no key');
  return authentication.privateKeyJwk;
}

describe('the public key of a private one', () => {
  it.each([
    ['RSA', rsaKeyPair(), 'RS256'],
    ['EC', ecKeyPair('P-384'), 'ES384'],
    ['OKP', ed25519KeyPair(), 'EdDSA'],
  ])('%s has the algorithm of the assertions, and no private member', (_kty, pair, alg) => {
    expect(publicPartOf(parse(pair.privateJwk))).toEqual({
      ...pair.publicKey.export({ format: 'jwk' }),
      use: 'sig',
      alg,
    });
  });

  it('has the kid of the assertions', () => {
    const jwk = { ...ecKeyPair('P-256').privateJwk, kid: 'key-1', x5c: ['ignored'] };
    const key = publicPartOf(parse(jwk));
    expect(key).toHaveProperty('kid', 'key-1');
    expect(key).not.toHaveProperty('x5c');
  });
});
