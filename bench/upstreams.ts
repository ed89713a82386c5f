// What the function calls, played with as little work as possible: Secrets Manager, an S3 bucket, an authorization server.
// The real ones' work is not what is measured.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { makeCertificate } from '../provider/framework/process/certificate.ts';

/** How often each was asked. */
export interface UpstreamCounts {
  secrets: number;
  records: number;
  metadata: number;
  keys: number;
  tokens: number;
}

/** Where they listen, and what a client needs. */
export interface Upstreams {
  /** `https://localhost:PORT`: issuer and Secrets Manager. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`: the bucket, by address, so that the SDK does not put the bucket into the host name. */
  readonly bucketUrl: string;
  /** PEM of the certificate that clients must trust. */
  readonly certificate: string;
  /** A JWT of this issuer by each algorithm. */
  readonly tokens: Readonly<Record<Algorithm, string>>;
  /** The public keys that verify them. */
  readonly keys: Readonly<Record<Algorithm, JWK>>;
}

export type Algorithm = 'RS256' | 'ES256';

export const AUDIENCE = 'https://api.example.com';
const LIFETIME = 3_600;

/** Milliseconds that each endpoint takes of its own; 0 if it is not named. */
export type Delays = Partial<Record<'metadata' | 'keys' | 'tokens', number>>;

/** Listens on loopback until the process ends. */
export async function startUpstreams(
  delays: Delays,
): Promise<{ upstreams: Upstreams; counts: UpstreamCounts }> {
  const counts: UpstreamCounts = { secrets: 0, records: 0, metadata: 0, keys: 0, tokens: 0 };
  const { certPem, keyPem } = makeCertificate();
  const endpoints = new Map<string, () => Promise<object> | object>();
  const secure = https.createServer({ cert: certPem, key: keyPem }, async (request, response) => {
    request.resume();
    const body = await endpoints.get(request.url ?? '')?.();
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  const bucket = http.createServer((request, response) => {
    counts.records += 1;
    request.resume().on('end', () => response.writeHead(200, { etag: '"bench"' }).end());
  });
  const url = `https://localhost:${await listen(secure, 'localhost')}`;
  const bucketUrl = `http://127.0.0.1:${await listen(bucket, '127.0.0.1')}`;
  const rsa = await makeIssuer(url, 'RS256');
  const ec = await makeIssuer(url, 'ES256');
  const nextToken = () => {
    const access_token = rsa.tokens[counts.tokens % rsa.tokens.length];
    return { access_token, token_type: 'bearer', expires_in: LIFETIME };
  };
  const metadata = { issuer: url, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks` };
  const endpoint =
    (name: keyof UpstreamCounts, body: object | (() => object), milliseconds = 0) =>
    async () => {
      counts[name] += 1;
      if (milliseconds > 0) await delay(milliseconds);
      return typeof body === 'function' ? body() : body;
    };
  const keySet = { keys: [rsa.key, ec.key] };
  endpoints
    .set('/', endpoint('secrets', secretValue(url)))
    .set('/.well-known/openid-configuration', endpoint('metadata', metadata, delays.metadata))
    .set('/jwks', endpoint('keys', keySet, delays.keys))
    .set('/token', endpoint('tokens', nextToken, delays.tokens));
  const tokens = { RS256: rsa.tokens[0] as string, ES256: ec.tokens[0] as string };
  const keys = { RS256: rsa.key, ES256: ec.key };
  return { upstreams: { url, bucketUrl, certificate: certPem, tokens, keys }, counts };
}

/** The response of GetSecretValue: the same document whatever the name. */
function secretValue(issuer: string): object {
  const document = {
    issuer,
    client_id: 'bench',
    client_secret: 'bench',
    scope: 'a:read a:write',
    default_scope: 'a:read',
    audience: [AUDIENCE],
  };
  return { Name: 'bench', VersionId: 'v1', SecretString: JSON.stringify(document) };
}

// More than the cache remembers as dropped, because a dropped token is not vended again.
const TOKENS = 256;

/** A key and tokens that it signed beforehand: signing is the server's work, not ours. */
async function makeIssuer(issuer: string, alg: Algorithm): Promise<{ key: JWK; tokens: string[] }> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const sign = (jti: string) =>
    new SignJWT({ scope: 'a:read', client_id: 'bench' })
      .setProtectedHeader({ alg, kid: alg, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setSubject('bench')
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME}s`)
      .setJti(jti)
      .sign(privateKey);
  const tokens = await Promise.all(Array.from({ length: TOKENS }, (_, at) => sign(`bench-${at}`)));
  return { key: { ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' }, tokens };
}

async function listen(server: http.Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}
