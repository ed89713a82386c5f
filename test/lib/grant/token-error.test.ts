import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { withinCeiling } from '../../../lib/grant/ceiling.ts';
import type { PresentedRequest } from '../../../lib/grant/presented-request.ts';
import { presentedErrorOf } from '../../../lib/grant/token-error.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const KMS_KEY = '0a1b2c3d-0000-4000-8000-000000000001';
const url = new URL(`${ISSUER}/token`);
const metadata = {
  ...{ issuer: ISSUER, tokenEndpoint: url.href, jwksUri: undefined },
  revocationEndpoint: undefined,
};

function errorOf(
  status: number,
  body: string | object,
  {
    more = {},
    headers = {},
    scope = [],
    ...change
  }: Partial<PresentedRequest> & {
    more?: object;
    headers?: Record<string, string>;
    scope?: string[];
  } = {},
) {
  const json = JSON.stringify({ ...DOCUMENT, resource: undefined, ...more });
  const document = parseCredentialDocument(json, { allowLoopbackHttp: false });
  const grant = withinCeiling({ scope, audience: [], resource: [] }, document);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return presentedErrorOf(
    { request: 'token', url, document, metadata, grant, ...change },
    { status, headers, body: text },
  );
}

describe('a refusal by the token endpoint', () => {
  it.each<[number, string | object, string, RegExp]>([
    [
      401,
      { error: 'invalid_client' },
      'credential_refused',
      /refused the credential \(invalid_client\)/,
    ],
    [500, { error: 'invalid_client' }, 'credential_refused', /\(invalid_client\)/],
    [200, { error: 'Invalid_Client' }, 'credential_refused', /\(invalid_client\)/],
    [401, '', 'credential_refused', /\(status 401\)/],
    [401, { error: 'canary' }, 'credential_refused', /\(status 401\)/],
    [401, { error: 'unauthorized_client' }, 'credential_refused', /The secret may be wrong, or/],
    [403, '', 'upstream_invalid', /status 403, no body/],
    [403, { error: 'access_denied' }, 'upstream_invalid', /status 403, access_denied/],
    [
      400,
      { error: 'invalid_request' },
      'upstream_invalid',
      /invalid_request.* scope orders:read, audience https:\/\/orders/,
    ],
    [400, { error: 'invalid_grant' }, 'upstream_invalid', /invalid_grant/],
    [400, { error: 'unsupported_grant_type' }, 'upstream_invalid', /unsupported_grant_type/],
    [400, { error: 'use_dpop_nonce' }, 'upstream_invalid', /requires DPoP/],
    [
      400,
      { error: 'invalid_target' },
      'target_refused',
      /invalid_target\): https:\/\/orders.example.com/,
    ],
    [401, { error: 'invalid_scope' }, 'scope_refused', /refused default_scope .*: orders:read/],
    [503, '', 'upstream_unavailable', /status 503/],
  ])('with status %d and %j is %s', (status, body, code, text) => {
    const error = errorOf(status, body);
    expect(error).toMatchObject({ code, message: expect.stringMatching(text) });
    expect(error.detail).toMatch(new RegExp(`^token: status ${status}`));
    expect(`${error.message} ${error.advice}`).not.toContain('canary');
  });

  it.each([
    [403, '', true],
    [400, { error: 'invalid_request' }, true],
    [400, { error: 'scope_invalid' }, true],
    [400, { error: 'unsupported_grant_type' }, false],
    [404, '', false],
  ])('with status %d and %j may be about the client: %s', (status, body, expected) => {
    expect(errorOf(status, body).mayBeRefusal).toBe(expected);
  });

  it('is about DPoP, if the challenge says so', () => {
    const headers = { 'www-authenticate': 'DPoP algs="ES256"' };
    expect(errorOf(401, '', { headers }).message).toMatch(/requires DPoP/);
  });

  it('says whose scope was refused', () => {
    const body = { error: 'invalid_scope' };
    expect(errorOf(400, body, { scope: ['orders:read'] }).message).toMatch(
      /refused the requested scope \(invalid_scope\): orders:read/,
    );
    expect(errorOf(400, body, { more: { default_scope: undefined } }).message).toMatch(
      /because it names no scope/,
    );
  });

  it('says what the request named', () => {
    const nothing = { default_scope: undefined, audience: undefined };
    expect(errorOf(400, {}, { more: nothing }).message).toMatch(/The request named no scope/);
    expect(errorOf(400, { error: 'invalid_target' }, { more: nothing }).message).toMatch(
      /none was sent/,
    );
  });

  it.each([
    [{}, /client_secret_post/],
    [{ token_endpoint_auth_method: 'client_secret_post' }, /client_secret_basic/],
    [{ token_endpoint_auth_method: 'client_secret_jwt' }, /client_assertion_audience/],
  ])('of the client with %j advises another way', (more, advice) => {
    expect(errorOf(401, '', { more }).advice).toMatch(advice);
  });

  it('of a client without a secret advises what to register', async () => {
    const keyless = { client_secret: undefined, token_endpoint_auth_method: 'private_key_jwt' };
    const adviceFor = (more: object) =>
      errorOf(401, '', { more: { ...keyless, ...more } }).advice ?? '';
    const byKms = { client_assertion_source: 'kms', kms_key_id: KMS_KEY };
    const bySts = { client_assertion_source: 'aws_web_identity' };
    const { certificate, key } = await issueSelfSigned('CN=orders');
    const byCertificate = {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_certificate: certificate,
      tls_client_key: key,
    };
    expect(adviceFor(byKms)).toMatch(/token-vending credentials jwks prints it/);
    expect(adviceFor(bySts)).toMatch(/trusts the issuer URL of the AWS account/);
    expect(adviceFor(byCertificate)).toMatch(/must trust the issuer of the certificate/);
    for (const more of [byKms, bySts, byCertificate]) expect(adviceFor(more)).not.toMatch(/secret/);
  });

  it('says what the server lists', () => {
    const listed = {
      ...metadata,
      authMethodsSupported: ['tls_client_auth'],
      grantTypesSupported: ['password'],
    };
    expect(errorOf(401, '', { metadata: listed }).message).toMatch(
      /lists tls_client_auth .* the document has client_secret_basic/,
    );
    const grant = { error: 'unsupported_grant_type' };
    expect(errorOf(400, grant, { metadata: listed }).advice).toMatch(/lists password/);
    const none = { ...metadata, authMethodsSupported: [], grantTypesSupported: [] };
    expect(errorOf(401, '', { metadata: none }).message).toMatch(/lists no method/);
    expect(errorOf(400, grant, { metadata: none }).advice).toMatch(/lists no grant/);
    expect(errorOf(400, grant).advice).toMatch(
      /Permit the grant client_credentials at the server,/,
    );
    const ours = { ...metadata, authMethodsSupported: ['client_secret_basic'] };
    expect(errorOf(401, '', { metadata: ours }).message).not.toMatch(/lists/);
  });
});

describe('a refusal by another endpoint', () => {
  it('is named after it', () => {
    const json = JSON.stringify(DOCUMENT);
    const document = parseCredentialDocument(json, { allowLoopbackHttp: false });
    const response = { status: 400, headers: {}, body: '{"error":"invalid_request"}' };
    const error = presentedErrorOf({ request: 'revocation', url, document, metadata }, response);
    expect(error.message).toMatch(/^The revocation endpoint .* \(status 400, invalid_request\)\.$/);
    const scope = { ...response, body: '{"error":"invalid_scope"}' };
    expect(
      presentedErrorOf({ request: 'introspection', url, document, metadata }, scope).code,
    ).toBe('scope_refused');
    const target = { ...response, body: '{"error":"invalid_target"}' };
    expect(
      presentedErrorOf({ request: 'introspection', url, document, metadata }, target).code,
    ).toBe('target_refused');
  });
});
