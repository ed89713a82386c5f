import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { parseCredentialDocument } from '../../lib/credential/document.ts';
import { upstreamTimeout } from '../../lib/errors/upstream-timeout.ts';
import { Grants } from '../../lib/grant/grants.ts';
import { openJoseVerifier } from '../../lib/grant/jose.ts';
import { openOpenidClient } from '../../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../../lib/http/https-transport.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { certified, DOCUMENT } from '../support/fake-ports.ts';
import { MutualTls } from '../support/mutual-tls.ts';

const urls = { allowLoopbackHttp: false };
let tls: MutualTls;

beforeAll(async () => {
  tls = await MutualTls.open();
});
afterAll(async () => await tls.close());

/** A server that takes certificates on one port only, and has seen which client at which path. */
async function openServer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1' }];
  const bodies: Record<string, () => unknown> = {
    '/jwks': () => ({ keys }),
    '/token': async () => ({
      access_token: await new SignJWT({ aud: DOCUMENT.audience, scope: 'orders:read' })
        .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
        .setIssuer(issuer)
        .setExpirationTime('1h')
        .sign(privateKey),
      token_type: 'Bearer',
    }),
    '/introspect': () => ({ active: false }),
    '/revoke': () => ({}),
  };
  const paths: string[] = [];
  const at =
    (port: string): RequestListener =>
    async ({ url = '' }, response) => {
      paths.push(`${port} ${url}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await (bodies[url] ?? (() => metadata))()));
    };
  // It would accept a certificate here too, so the paths show whether one was presented.
  const plain = await tls.serve({ required: false, respond: at('plain') });
  const mutual = await tls.serve({ respond: at('mutual') });
  const issuer = plain.url.origin;
  const endpoints = ({ origin }: URL) => ({
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    introspection_endpoint: `${origin}/introspect`,
  });
  const metadata = {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    ...endpoints(plain.url),
    mtls_endpoint_aliases: endpoints(mutual.url),
  };
  return { issuer, paths, plain, mutual };
}

async function useAll(document: object) {
  const transport = openHttpsTransport();
  const server = openOpenidClient(transport);
  const verifier = openJoseVerifier(transport);
  const grants = new Grants({ clock: systemClock, server, verifier, urls });
  const parsed = parseCredentialDocument(JSON.stringify(document), urls);
  using deadline = new Deadline(systemClock, 60_000, upstreamTimeout);
  const request = { scope: ['orders:read'], audience: DOCUMENT.audience, resource: [] };
  const { token } = await grants.obtain(parsed, request, { deadline });
  await grants.introspect(parsed, token.accessToken, { deadline });
  await grants.revoke(parsed, token.accessToken, { deadline });
}

describe('a client with a certificate', () => {
  it('presents it to the three endpoints for such clients, and not for metadata and keys', async () => {
    const { issuer, paths, plain, mutual } = await openServer();
    await useAll({ ...certified(await tls.client('orders')), issuer });
    expect(paths.filter((path) => path.startsWith('mutual'))).toEqual([
      'mutual /token',
      'mutual /introspect',
      'mutual /revoke',
    ]);
    expect(mutual.seen.map(({ name }) => name)).toEqual(['orders', 'orders', 'orders']);
    expect(paths).toContain('plain /jwks');
    expect(plain.seen.filter(({ name }) => name !== undefined)).toEqual([]);
  });
});

describe('a client with a secret', () => {
  it('uses the endpoints for other clients', async () => {
    const { issuer, paths, mutual } = await openServer();
    await useAll({ ...DOCUMENT, issuer });
    expect(paths).toEqual(
      expect.arrayContaining(['plain /token', 'plain /introspect', 'plain /revoke']),
    );
    expect(mutual.seen).toEqual([]);
  });
});
