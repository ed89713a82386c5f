import { expect } from '@jest/globals';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { serverKey } from '../../support/dialects/signed-token.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const vended = { vended: { expires_in: 3600 } };
const signing = (name: string, more: object = {}) => ({
  token_endpoint_auth_method: 'private_key_jwt',
  client_secret: undefined,
  private_key_jwk: { ...serverKey(name).pair.privateJwk, ...more },
});

const BASIC: readonly DialectRow[] = [
  ...[
    ['a-b_c.d*e', 'a-b_c.d*e'],
    ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
    ['a b', 'a+b'],
    ['a:b%c+d', 'a%3Ab%25c%2Bd'],
    ['~ä€!\'()"', '%7E%C3%A4%E2%82%AC%21%27%28%29%22'],
  ].map(
    ([client_id, sent]): DialectRow => ({
      server: `decodes Basic authentication as a form or not at all, with the client id ${client_id}`,
      document: { client_id, client_secret: client_id },
      sent: { basic: `${sent}:${sent}`, without: ['client_id', 'client_secret'] },
      ...vended,
    }),
  ),
  {
    server: 'accepts the secret in the body alone',
    document: { token_endpoint_auth_method: 'client_secret_post', client_secret: 'canary: +%ä' },
    sent: { form: { client_id: 'orders-client', client_secret: 'canary: +%ä' } },
    ...vended,
  },
];

const ASSERTIONS: readonly DialectRow[] = [
  ...[
    ['issuer', ISSUER],
    ['token_endpoint', `${ISSUER}/oauth2/token`],
    ['https://aud.example.com', 'https://aud.example.com'],
  ].map(
    ([client_assertion_audience, aud]): DialectRow => ({
      server: `accepts assertions for ${client_assertion_audience} alone`,
      document: { ...signing('ES256 client'), client_assertion_audience },
      sent: { assertion: { payload: { iss: 'orders-client', sub: 'orders-client', aud } } },
      ...vended,
    }),
  ),
  {
    server: 'has a clock a second behind (Keycloak)',
    document: signing('ES256 client'),
    sent: { assertion: { payload: expect.not.objectContaining({ nbf: expect.anything() }) } },
    ...vended,
  },
  ...[
    ['RS256', {}, 'RS256'],
    ['RS256', { alg: 'RS384' }, 'RS384'],
    ['RS256', { alg: 'PS384' }, 'PS384'],
    ['ES384 client', {}, 'ES384'],
    ['ES512 client', {}, 'ES512'],
    ['EdDSA client', {}, 'EdDSA'],
    ['EdDSA client', { alg: 'Ed25519' }, 'Ed25519'],
    ['ES256 client', { kid: 'k', x5c: ['MII'], ext: true, key_ops: ['sign'], use: 'sig' }, 'ES256'],
  ].map(
    ([name, more, alg], number): DialectRow => ({
      server: `verifies assertions by ${String(alg)}, key ${number + 1}`,
      document: signing(String(name), more as object),
      sent: { assertion: { header: { alg } } },
      ...vended,
    }),
  ),
  {
    server: 'registered an RSA key without CRT members',
    document: signing('RS256', { dp: undefined }),
    refused: { code: 'credential_invalid', says: ['private_key_jwk', 'dp'] },
  },
  {
    server: 'verifies assertions by the secret',
    document: { token_endpoint_auth_method: 'client_secret_jwt' },
    sent: { assertion: { header: { alg: 'HS256' } }, without: ['client_secret'] },
    ...vended,
  },
];

const PARAMETERS: readonly DialectRow[] = [
  {
    server: 'follows the standards',
    document: { audience: ['https://orders.example.com'], resource: ['https://api.example.com'] },
    request: { scope: 'orders:write orders:read' },
    sent: {
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      form: {
        grant_type: 'client_credentials',
        scope: 'orders:read orders:write',
        audience: 'https://orders.example.com',
        resource: 'https://api.example.com',
      },
    },
    ...vended,
  },
  {
    server: 'refuses an empty scope',
    document: { default_scope: undefined },
    sent: { without: ['scope', 'audience', 'resource'] },
    ...vended,
  },
  {
    server: 'calls the grant something else (Zoom)',
    document: { grant_type: 'account_credentials', token_parameters: { account_id: 'example' } },
    sent: { form: { grant_type: 'account_credentials', account_id: 'example' } },
    ...vended,
  },
  {
    server: 'needs a parameter of its own, repeated (PingFederate)',
    document: { token_parameters: { access_token_manager_id: 'orders', tenant: ['a', 'b'] } },
    sent: { form: { access_token_manager_id: 'orders', tenant: ['a', 'b'] } },
    ...vended,
  },
];

/** What the function sends: section 3 of the dialects. */
export const REQUEST_ROWS: readonly DialectRow[] = [...BASIC, ...ASSERTIONS, ...PARAMETERS];
