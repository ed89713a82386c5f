import crypto from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { openJoseVerifier } from '../../../lib/grant/jose.ts';
import type { TokenVerifier } from '../../../lib/grant/token-verifier.ts';
import { type HttpsResponse, openHttpsTransport } from '../../../lib/http/https-transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';
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

  it('names the header of a token, and the keys that it was compared with', async () => {
    const { verifier } = open();
    const { compared } = await verifier.verify(await issuer.issue(), jwksUri, signal);
    expect(compared).toEqual({ alg: 'ES256', kid: undefined, published: [undefined] });
    expect(await verifier.verify('no.jwt.', jwksUri, signal)).not.toHaveProperty('compared');
  });

  it('rejects the signature of another key', async () => {
    const { verifier } = open();
    expect(await verifier.verify(await other.issue(), jwksUri, signal)).toMatchObject({
      valid: false,
      reason: 'bad_signature',
    });
  });

  it.each([
    ['no JWT', 'opaque', 'malformed'],
    ['a header without alg', 'e30.e30.c2ln', 'malformed'],
    ['an algorithm that forgers can use', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln', 'unsupported_algorithm'],
    ['no signature', 'eyJhbGciOiJub25lIn0.e30.', 'unsupported_algorithm'],
  ])('rejects %s', async (_what, token, reason) => {
    const { verifier } = open();
    expect(await verifier.verify(token, jwksUri, signal)).toMatchObject({ valid: false, reason });
  });

  it('rejects a payload that is no object', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const { verifier } = open({ body: JSON.stringify({ keys: [await exportJWK(publicKey)] }) });
    const token = await new CompactSign(new TextEncoder().encode('[]'))
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    expect(await verifier.verify(token, jwksUri, signal)).toMatchObject({
      valid: false,
      reason: 'malformed',
    });
  });

  it('finds no key in an empty set', async () => {
    const { verifier } = open({ body: '{"keys":[]}' });
    expect(await verifier.verify(await issuer.issue(), jwksUri, signal)).toMatchObject({
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

  it('reads the keys again, if the server may have published the key since', async () => {
    const clock = new FakeClock();
    const [old, present] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const named = async (key: CryptoKey) => ({ ...(await exportJWK(key)), kid: 'same' });
    let keys = [await named(old.publicKey)];
    const verifier = openJoseVerifier(
      async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys }) }),
      clock,
    );
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'same' })
      .sign(present.privateKey);
    const verify = () => clock.runUntilDone(verifier.verify(token, jwksUri, signal));
    expect(await verify()).toMatchObject({ valid: false, reason: 'bad_signature' });
    keys = [await named(present.publicKey)];
    expect(await verify()).toMatchObject({ valid: false, reason: 'bad_signature' });
    clock.skip(2_000);
    expect(await verify()).toMatchObject({ valid: true });
  });

  it.each(['RS256', 'PS384', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
    'finds the key of %s among odd ones',
    async (alg) => {
      const [right, wrong, small] = await Promise.all([
        generateKeyPair(alg, { extractable: true }),
        generateKeyPair(alg),
        promisify(crypto.generateKeyPair)('rsa', { modulusLength: 1024 }),
      ]);
      const jwk = await exportJWK(right.publicKey);
      const keys = [
        null,
        { kty: 'quantum', kid: 'a' },
        { kty: 'oct', k: 'AA' },
        { kty: jwk.kty, kid: 'broken', crv: jwk.crv, n: 'AA', e: 'AA', x: 'AA', y: 'AA' },
        { ...small.publicKey.export({ format: 'jwk' }), x5c: ['AA'] },
        { ...(await exportJWK(wrong.publicKey)), use: 'enc' },
        await exportJWK(wrong.publicKey),
        { ...jwk, x5c: ['AA'], use: 'sig' },
      ];
      const { verifier } = open({ body: JSON.stringify({ keys }) });
      const token = await new SignJWT({ sub: 's' })
        .setProtectedHeader({ alg, kid: 'nameless' })
        .sign(right.privateKey);
      expect(await verifier.verify(token, jwksUri, signal)).toMatchObject({
        valid: true,
        claims: { sub: 's' },
      });
    },
  );

  it('lets a caller leave', async () => {
    const leaver = new AbortController();
    const { verifier } = open();
    const left = verifier.verify(await issuer.issue(), jwksUri, leaver.signal);
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
  });
});
