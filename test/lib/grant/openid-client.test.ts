import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { openOpenidClient } from '../../../lib/grant/openid-client.ts';
import type { HttpsRequest, HttpsResponse } from '../../../lib/http/https-transport.ts';
import { DOCUMENT, ISSUER, SECRET_CANARY } from '../../support/fake-ports.ts';
import { ecKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/signing-keys.ts';

const { signal } = new AbortController();
const metadata = {
  issuer: ISSUER,
  tokenEndpoint: `${ISSUER}/oauth2/token`,
  jwksUri: undefined,
  revocationEndpoint: `${ISSUER}/oauth2/revoke`,
} as const;
const grant = { scope: ['a', 'b'], audience: ['x', 'y'], resource: ['https://r.example.com'] };
const TOKEN = { access_token: 'opaque', token_type: 'bearer', expires_in: 60 };

function open(response: Partial<HttpsResponse> | Error, more: object = {}) {
  const sent: (HttpsRequest & { url: string })[] = [];
  const server = openOpenidClient(async (url, request) => {
    sent.push({ url: url.href, ...request });
    if (response instanceof Error) throw response;
    const headers = { 'content-type': 'application/json' };
    return { status: 200, headers, body: JSON.stringify(TOKEN), ...response };
  });
  const json = JSON.stringify({ ...DOCUMENT, ...more });
  const document = parseCredentialDocument(json, { allowLoopbackHttp: false });
  return { sent, server, call: { metadata, document, signal } };
}

const json = (error: string) => JSON.stringify({ error, error_description: SECRET_CANARY });

describe('token request', () => {
  it('authenticates by HTTP Basic, and names what is requested', async () => {
    const { sent, server, call } = open({});
    expect(await server.requestToken(call, grant)).toEqual({
      access_token: 'opaque',
      expires_in: 60,
      scope: undefined,
    });
    const [request] = sent;
    const pair = `orders-client:${SECRET_CANARY}`;
    expect(request).toMatchObject({ url: metadata.tokenEndpoint, method: 'POST' });
    expect(decodeURIComponent(atob(String(request?.headers['authorization']).slice(6)))).toBe(pair);
    expect([...new URLSearchParams(request?.body)]).toEqual([
      ['scope', 'a b'],
      ['audience', 'x'],
      ['audience', 'y'],
      ['resource', 'https://r.example.com'],
      ['grant_type', 'client_credentials'],
    ]);
  });

  it('shows each response to an observer, before it is read', async () => {
    const shown: unknown[] = [];
    const received = (response: object) => shown.push(response);
    const good = open({});
    await good.server.requestToken({ ...good.call, received }, grant);
    const bad = open({ status: 400, body: json('invalid_request') });
    await expect(bad.server.requestToken({ ...bad.call, received }, grant)).rejects.toThrow();
    expect(shown).toMatchObject([
      { status: 200, isError: false, members: { access_token: 'string' } },
      { status: 400, isError: true, members: { error: 'string' } },
    ]);
    expect(JSON.stringify(shown)).not.toContain(SECRET_CANARY);
  });

  it('authenticates in the body, or by a signed assertion', async () => {
    const post = open({}, { token_endpoint_auth_method: 'client_secret_post' });
    await post.server.requestToken(post.call, grant);
    expect(post.sent[0]?.body).toContain(`client_secret=${SECRET_CANARY}`);
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { private_key_jwk: { ...(await exportJWK(privateKey)), kid: 'k' } };
    const signing = { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined };
    const signed = open({}, { ...key, ...signing });
    await signed.server.requestToken(signed.call, { ...grant, scope: [] });
    const form = new URLSearchParams(signed.sent[0]?.body);
    const [header, payload] = String(form.get('client_assertion')).split('.');
    expect(JSON.parse(atob(String(header)))).toMatchObject({ alg: 'ES256', kid: 'k' });
    const claims = JSON.parse(atob(String(payload)));
    expect(claims).toMatchObject({ iss: 'orders-client', sub: 'orders-client', aud: ISSUER });
    expect(Object.keys(claims)).not.toContain('nbf');
    expect(claims.exp).toBeGreaterThan(claims.iat);
    expect(form.has('scope')).toBe(false);
  });

  it('leaves characters of ids raw in HTTP Basic, and encodes the others as a form', async () => {
    const client_id = 'a-b_c.d*e~f g:h%ä';
    const { sent, server, call } = open({}, { client_id });
    await server.requestToken(call, grant);
    const header = atob(String(sent[0]?.headers['authorization']).slice(6));
    expect(header).toBe(`a-b_c.d*e%7Ef+g%3Ah%25%C3%A4:${SECRET_CANARY}`);
  });

  it.each([
    ['client_secret_jwt', 'issuer', ISSUER],
    ['client_secret_jwt', 'token_endpoint', metadata.tokenEndpoint],
    ['client_secret_jwt', 'https://aud.example.com', 'https://aud.example.com'],
  ])('signs an assertion by %s for %s', async (method, audience, aud) => {
    const more = { token_endpoint_auth_method: method, client_assertion_audience: audience };
    const { sent, server, call } = open({}, more);
    await server.requestToken(call, grant);
    const form = new URLSearchParams(sent[0]?.body);
    const [header, payload] = String(form.get('client_assertion')).split('.');
    expect(JSON.parse(atob(String(header)))).toEqual({ alg: 'HS256' });
    expect(JSON.parse(atob(String(payload)))).toMatchObject({ aud });
  });

  it('names the algorithm of its key as the document does', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const { alg: _, ...jwk } = await exportJWK(privateKey);
    const signing = { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined };
    const algOf = async (key: object) => {
      const { sent, server, call } = open({}, { ...signing, private_key_jwk: key });
      await server.requestToken(call, grant);
      const assertion = new URLSearchParams(sent[0]?.body).get('client_assertion');
      return JSON.parse(atob(String(assertion?.split('.')[0]))).alg;
    };
    expect([await algOf(jwk), await algOf({ ...jwk, alg: 'Ed25519' })]).toEqual([
      'EdDSA',
      'Ed25519',
    ]);
  });

  it('may be of another grant, with parameters of the server', async () => {
    const more = { grant_type: 'account_credentials', token_parameters: { account_id: 'a' } };
    const { sent, server, call } = open({}, more);
    await server.requestToken(call, { scope: [], audience: [], resource: [] });
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ['account_id', 'a'],
      ['grant_type', 'account_credentials'],
    ]);
  });

  it('may go to loopback in plain http, in the local system', async () => {
    const { sent, server, call } = open({});
    const tokenEndpoint = 'http://127.0.0.1:9999/token';
    await server.requestToken({ ...call, metadata: { ...metadata, tokenEndpoint } }, grant);
    expect(sent[0]?.url).toBe(tokenEndpoint);
  });

  it.each([200, 201, 203])('succeeds with status %d', async (status) => {
    const { server, call } = open({ status });
    expect(await server.requestToken(call, grant)).toMatchObject({ access_token: 'opaque' });
  });

  it('cannot be signed with an invalid key', async () => {
    const outside = 'A'.repeat(43);
    const broken = { kty: 'EC', crv: 'P-256', x: outside, y: outside, d: outside };
    const signing = { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined };
    const { server, call } = open({}, { ...signing, private_key_jwk: broken });
    await expect(server.requestToken(call, grant)).rejects.toMatchObject({
      code: 'credential_invalid',
    });
  });

  it.each([
    [{ status: 401, body: json('invalid_client') }, 'credential_refused'],
    [{ status: 400, body: json('invalid_scope') }, 'scope_refused'],
    [{ status: 503 }, 'upstream_unavailable'],
    [{ status: 200, body: json('invalid_client') }, 'credential_refused'],
    [{ status: 308 }, 'upstream_invalid'],
    [{ body: '{}' }, 'token_unacceptable'],
    [{ body: 'no JSON' }, 'upstream_invalid'],
    [new TypeError('bug'), undefined],
  ])('fails with %j as %s, and repeats nothing of it', async (response, code) => {
    const { server, call } = open(response);
    const error = await server.requestToken(call, grant).catch((thrown: unknown) => thrown);
    if (code !== undefined) expect(error).toMatchObject({ code });
    expect(String((error as Error).message)).not.toContain(SECRET_CANARY);
  });
});

describe('revocation', () => {
  it('succeeds, or reports that the server does not revoke such tokens', async () => {
    const revoked = open({ body: '' });
    expect(await revoked.server.revokeToken(revoked.call, 't')).toBe('revoked');
    expect(revoked.sent[0]?.url).toBe(metadata.revocationEndpoint);
    const not = open({ status: 400, body: json('unsupported_token_type') });
    expect(await not.server.revokeToken(not.call, 't')).toBe('unsupported');
    const down = open({ status: 500 });
    await expect(down.server.revokeToken(down.call, 't')).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
  });
});

describe('introspection', () => {
  const at = { ...metadata, introspectionEndpoint: `${ISSUER}/introspect` };

  it('authenticates as the credential, and reads the response', async () => {
    const { sent, server, call } = open({ body: '{"active":true,"sub":"s"}' });
    const introspected = await server.introspectToken({ ...call, metadata: at }, 't');
    expect(introspected).toEqual({ active: true, sub: 's' });
    expect(sent[0]).toMatchObject({ url: at.introspectionEndpoint, method: 'POST' });
    expect(sent[0]?.headers['authorization']).toMatch(/^Basic /);
    expect(new URLSearchParams(sent[0]?.body).get('token')).toBe('t');
  });

  it('uses another method of the same secret, if the server lists only others', async () => {
    const { sent, server, call } = open({ body: '{"active":false}' });
    const introspectionAuthMethodsSupported = ['client_secret_post'];
    await server.introspectToken(
      { ...call, metadata: { ...at, introspectionAuthMethodsSupported } },
      't',
    );
    expect(sent[0]?.body).toContain(`client_secret=${SECRET_CANARY}`);
  });

  it.each([
    [{ status: 401 }, 'credential_refused'],
    [{ body: '{"active":"yes"}' }, 'upstream_invalid'],
    [{ body: '' }, 'upstream_invalid'],
  ])('fails with %j as %s', async (response, code) => {
    const { server, call } = open(response);
    await expect(server.introspectToken({ ...call, metadata: at }, 't')).rejects.toMatchObject({
      code,
    });
  });
});

describe('metadata', () => {
  const read = (response: Partial<HttpsResponse>) =>
    open(response).server.readMetadata(new URL(ISSUER), signal);

  it('is a JSON object, or absent', async () => {
    expect(await read({ body: '{"issuer":"x"}' })).toEqual({ issuer: 'x' });
    for (const status of [400, 401, 403, 404, 405, 410])
      expect(await read({ status })).toBeUndefined();
  });

  it.each([
    [{ body: 'null' }, 'upstream_invalid'],
    [{ body: '<html>' }, 'upstream_invalid'],
    [{ status: 302 }, 'upstream_invalid'],
    [{ status: 500 }, 'upstream_unavailable'],
  ])('is rejected as %j: %s', async (response, code) => {
    await expect(read(response)).rejects.toMatchObject({ code });
  });
});

describe('a client assertion', () => {
  const rsa = rsaKeyPair();
  const [p256, p384, p521] = [ecKeyPair('P-256'), ecKeyPair('P-384'), ecKeyPair('P-521')];
  const ed25519 = ed25519KeyPair();

  it.each([
    ['RS256', undefined, rsa],
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map(
      (alg) => [alg, alg, rsa] as const,
    ),
    ['ES256', undefined, p256],
    ['ES256', 'ES256', p256],
    ['ES384', 'ES384', p384],
    ['ES512', 'ES512', p521],
    ['EdDSA', undefined, ed25519],
    ['EdDSA', 'EdDSA', ed25519],
    ['Ed25519', 'Ed25519', ed25519],
  ] as const)('is signed with %s by a key whose alg is %s', async (alg, named, pair) => {
    const { privateJwk, publicKey } = pair;
    const { sent, server, call } = open(
      {},
      {
        token_endpoint_auth_method: 'private_key_jwt',
        client_secret: undefined,
        private_key_jwk: { ...privateJwk, alg: named, use: 'sig', ext: true, x5c: ['MIIB'] },
      },
    );
    await server.requestToken(call, grant);
    const assertion = new URLSearchParams(sent[0]?.body).get('client_assertion');
    const { protectedHeader, payload } = await jwtVerify(String(assertion), publicKey);
    expect(protectedHeader.alg).toBe(alg);
    expect(payload.iss).toBe('orders-client');
  });
});
