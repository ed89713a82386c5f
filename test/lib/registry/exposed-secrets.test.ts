import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { findExposedSecrets } from '../../../lib/registry/exposed-secrets.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ecKey = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
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

  it.each<[string, () => KeyObject, 'pkcs8' | 'pkcs1' | 'sec1']>([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'pkcs8'],
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'pkcs1'],
    ['P-256', () => ecKey('P-256'), 'pkcs8'],
    ['P-256', () => ecKey('P-256'), 'sec1'],
    ['P-384', () => ecKey('P-384'), 'pkcs8'],
    ['P-521', () => ecKey('P-521'), 'sec1'],
    ['Ed25519', () => generateKeyPairSync('ed25519').privateKey, 'pkcs8'],
  ])('may not hold a private key of %s in base64', (_kty, make, type) => {
    const key = make().export({ type, format: 'der' } as never);
    expect(findExposedSecrets({ client_id: Buffer.from(key).toString('base64') })).toEqual([
      'client_id',
    ]);
  });

  it('may not hold a long secret in a text, and may hold a short one', () => {
    const secret = randomBytes(16).toString('hex');
    const url = (text: string) => `https://a.example.com/${text}/token`;
    const document = { token_endpoint: url(secret), client_secret: secret };
    expect(findExposedSecrets(document)).toEqual(['token_endpoint']);
    const short = { token_endpoint: url('password'), client_secret: 'password' };
    expect(findExposedSecrets(short)).toEqual([]);
    expect(findExposedSecrets({ client_id: `x${jwk.d}`, private_key_jwk: jwk })).toEqual([
      'client_id',
    ]);
  });

  it('may hold a kid, and an id of a secret at the server', () => {
    const document = {
      client_id: 'orders-client',
      private_key_jwk: { ...jwk, kid: 'orders-client' },
      rotation: { recipe: 'lambda', parameters: { function: 'rotate-secret-1' } },
      rotation_state: { secret_id: 'rotate-secret-1' },
    };
    expect(findExposedSecrets(document)).toEqual([]);
  });

  it('may hold a public key', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    expect(findExposedSecrets({ client_id: der })).toEqual([]);
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
