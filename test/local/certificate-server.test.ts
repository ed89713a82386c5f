import https from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  type IssuedCertificate,
  issueSelfSigned,
  openCertificateAuthority,
} from '../../local/certificate-authority.ts';
import {
  type LocalCertificateServer,
  startCertificateServer,
} from '../../local/certificate-server.ts';

let server: LocalCertificateServer;

beforeAll(async () => {
  server = await startCertificateServer(0);
  server.register({
    client_id: 'orders',
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_subject_dn: 'CN=orders',
  });
});
afterAll(() => server.close());

async function fetchWith(url: string, body?: string, presented?: IssuedCertificate) {
  const tls = presented && { cert: presented.certificate, key: presented.key };
  const options = { ca: server.serverAuthority, agent: false, ...tls };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const method = body === undefined ? 'GET' : 'POST';
  return await new Promise<Record<string, unknown>>((resolve, reject) => {
    https
      .request(url, { ...options, method, headers }, async (response) => {
        resolve({ status: response.statusCode, ...JSON.parse(await text(response)) });
      })
      .on('error', reject)
      .end(body);
  });
}

const issue = (commonName: string, more: object = {}) =>
  server.clients.issue({ subject: `CN=${commonName}`, usage: 'client', ...more });

async function requestToken(clientId: string, presented?: IssuedCertificate) {
  const metadata = await fetchWith(`${server.issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = metadata['mtls_endpoint_aliases'] as Record<string, string>;
  const body = `grant_type=client_credentials&client_id=${clientId}`;
  return await fetchWith(String(token_endpoint), body, presented);
}

describe('the authorization server with client certificates', () => {
  it('authenticates a client by the subject of its certificate', async () => {
    const presented = await issue('orders');
    expect(await requestToken('orders', presented)).toMatchObject({ status: 200 });
    expect(server.requests.at(-1)).toBe('POST /token CN=orders');
  });

  it('refuses no certificate, another subject, an expired one, and one of another authority', async () => {
    const foreign = await openCertificateAuthority('Others');
    const refused: (IssuedCertificate | undefined)[] = [
      undefined,
      await issue('other'),
      await issue('orders', { notAfter: new Date(Date.now() - 1000) }),
      await foreign.issue({ subject: 'CN=orders', usage: 'client' }),
    ];
    for (const presented of refused) {
      const expected = { status: 401, error: 'invalid_client' };
      expect(await requestToken('orders', presented)).toMatchObject(expected);
    }
  });

  it('binds a token to the certificate that it knows by its key set', async () => {
    const own = await issueSelfSigned('CN=alone');
    const method = 'self_signed_tls_client_auth';
    server.register({
      client_id: 'alone',
      token_endpoint_auth_method: method,
      tls_client_certificate_bound_access_tokens: true,
      jwks: await server.jwksOf(own.certificate),
    });
    const { access_token } = await requestToken('alone', own);
    expect(decodeJwt(String(access_token))['cnf']).toHaveProperty(['x5t#S256']);
    const another = await issueSelfSigned('CN=alone');
    expect(await requestToken('alone', another)).toMatchObject({ status: 401 });
  });
});
