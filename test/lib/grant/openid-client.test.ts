import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { openOpenidClient } from '../../../lib/grant/openid-client.ts';
import type { HttpsRequest, HttpsResponse } from '../../../lib/http/https-transport.ts';
import { DOCUMENT, ISSUER, SECRET_CANARY } from '../../support/fake-ports.ts';

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
    expect(await server.requestToken(call, grant)).toMatchObject(TOKEN);
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
    expect(JSON.parse(atob(String(payload)))).toMatchObject({ iss: 'orders-client', aud: ISSUER });
    expect(form.has('scope')).toBe(false);
  });

  it('cannot be signed with an invalid key', async () => {
    const broken = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' };
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
