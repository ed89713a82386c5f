import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { findExposedSecrets } from '../../../lib/registry/exposed-secrets.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = privateKey.export({ format: 'jwk' });
const jwt = `eyJ${randomBytes(12).toString('base64url')}.${randomBytes(12).toString('base64url')}.x`;

describe('a public member', () => {
  it.each([
    ['client_id', pem],
    ['client_id', jwt],
    ['client_id', JSON.stringify(jwk)],
    ['token_parameters', { assertion: `Bearer ${jwt}` }],
    ['rotation', { parameters: { key: pem } }],
    ['token_parameters', { nested: [jwk] }],
    ['tls_client_certificate', `-----BEGIN CERTIFICATE-----\n${pem}`],
    ['client_id', '-----BEGIN CERTIFICATE-----'],
  ])('%s may not hold a key or a token', (member, value) => {
    expect(findExposedSecrets({ [member]: value })).toEqual([member]);
  });

  it('may not hold the value of a secret member', () => {
    const secret = randomBytes(16).toString('hex');
    const document = { client_id: secret, client_secret: secret, issuer: 'https://a.example.com' };
    expect(findExposedSecrets(document)).toEqual(['client_id']);
  });

  it('may hold a certificate, a number and the name of a curve', () => {
    expect(
      findExposedSecrets({
        tls_client_certificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
        epoch: 1,
        scope: 'P-256',
        private_key_jwk: { ...jwk, crv: 'P-256' },
      }),
    ).toEqual([]);
  });
});
