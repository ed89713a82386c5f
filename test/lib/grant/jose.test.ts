import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openJoseVerifier } from '../../../lib/grant/jose.ts';
import type { TokenVerifier } from '../../../lib/grant/token-verifier.ts';
import { type HttpsResponse, openHttpsTransport } from '../../../lib/http/https-transport.ts';
import { startTokenIssuer, type TokenIssuer } from '../../support/token-issuer.ts';

const { signal } = new AbortController();
let [issuer, other]: [TokenIssuer, TokenIssuer] = [] as never;
let jwksUri: URL;

beforeAll(async () => {
  [issuer, other] = await Promise.all([startTokenIssuer(), startTokenIssuer()]);
  jwksUri = new URL(`${issuer.url}/jwks`);
});
afterAll(async () => {
  await Promise.all([issuer.close(), other.close()]);
});

function open(response?: Partial<HttpsResponse>): { verifier: TokenVerifier; reads: string[] } {
  const reads: string[] = [];
  const transport = openHttpsTransport();
  const verifier = openJoseVerifier(async (url, request) => {
    reads.push(url.href);
    if (response === undefined) return await transport(url, request);
    return { status: 200, headers: {}, body: '', ...response };
  });
  return { verifier, reads };
}

describe('verifier of JWTs', () => {
  it('reads the claims of a token of the issuer, and its keys once', async () => {
    const { verifier, reads } = open();
    for (let times = 0; times < 3; times += 1)
      expect(await verifier.verify(await issuer.issue(), jwksUri, signal)).toMatchObject({
        valid: true,
        claims: { iss: issuer.url, aud: 'https://hiiretail.com', client_id: 'client-1' },
      });
    expect(reads).toEqual([jwksUri.href]);
  });

  it('reads the keys ahead, and verifies with the reading under way', async () => {
    const { verifier, reads } = open();
    verifier.prepare(jwksUri);
    verifier.prepare(jwksUri);
    expect(await verifier.verify(await issuer.issue(), jwksUri, signal)).toMatchObject({
      valid: true,
    });
    verifier.prepare(jwksUri);
    expect(reads).toHaveLength(1);
  });

  it('rejects the signature of another key', async () => {
    const { verifier } = open();
    expect(await verifier.verify(await other.issue(), jwksUri, signal)).toEqual({
      valid: false,
      reason: 'bad_signature',
    });
  });

  it.each([
    ['no JWT', 'opaque'],
    ['an algorithm that forgers can use', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'],
    ['no signature', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('rejects %s as malformed', async (_what, token) => {
    const { verifier } = open();
    expect(await verifier.verify(token, jwksUri, signal)).toEqual({
      valid: false,
      reason: 'malformed',
    });
  });

  it('finds no key in an empty set', async () => {
    const { verifier } = open({ body: '{"keys":[]}' });
    expect(await verifier.verify(await issuer.issue(), jwksUri, signal)).toEqual({
      valid: false,
      reason: 'unknown_key',
    });
  });

  it.each([
    [{ status: 500 }, 'upstream_unavailable'],
    [{ status: 401 }, 'upstream_invalid'],
    [{ body: 'no JSON' }, 'upstream_invalid'],
    [{ body: '{}' }, 'upstream_invalid'],
  ])('reports a key set that is %j: %s', async (response, code) => {
    const { verifier } = open(response);
    verifier.prepare(jwksUri);
    await expect(verifier.verify(await issuer.issue(), jwksUri, signal)).rejects.toMatchObject({
      code,
    });
  });

  it('lets a caller leave', async () => {
    const leaver = new AbortController();
    const { verifier } = open();
    const left = verifier.verify(await issuer.issue(), jwksUri, leaver.signal);
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
  });
});
