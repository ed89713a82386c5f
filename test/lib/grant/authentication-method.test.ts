import { describe, expect, it } from '@jest/globals';
import { authenticationAt } from '../../../lib/grant/authentication-method.ts';
import type { ServerMetadata } from '../../../lib/grant/server-metadata.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const metadata = (listed?: readonly string[]): ServerMetadata => ({
  issuer: ISSUER,
  tokenEndpoint: `${ISSUER}/token`,
  jwksUri: undefined,
  revocationEndpoint: undefined,
  authMethodsSupported: listed,
  revocationAuthMethodsSupported: listed,
  introspectionAuthMethodsSupported: listed,
});
const basic = { method: 'client_secret_basic', clientSecret: 's' } as const;

describe('the authentication of a client', () => {
  it.each([
    ['revocation', undefined, 'client_secret_basic'],
    ['revocation', ['client_secret_post'], 'client_secret_post'],
    ['introspection', ['client_secret_jwt', 'client_secret_post'], 'client_secret_post'],
    ['introspection', ['client_secret_basic'], 'client_secret_basic'],
    ['introspection', ['tls_client_auth'], 'client_secret_basic'],
    ['token', ['client_secret_post'], 'client_secret_basic'],
  ] as const)('at %s, which lists %j, is %s', (endpoint, listed, method) => {
    expect(authenticationAt(endpoint, basic, metadata(listed)).method).toBe(method);
  });

  it('by a key has no other method', () => {
    const members = { crv: 'Ed25519', x: 'AA', d: 'AA' };
    const privateKeyJwk = { kty: 'OKP', kid: undefined, alg: 'EdDSA', members } as const;
    const signing = { method: 'private_key_jwt', source: 'document', privateKeyJwk } as const;
    const listed = metadata(['client_secret_post']);
    expect(authenticationAt('revocation', signing, listed)).toBe(signing);
  });
});
