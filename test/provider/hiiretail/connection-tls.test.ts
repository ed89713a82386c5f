import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../../provider/framework/process/certificate.ts';
import { connect } from '../../../provider/hiiretail/connection.ts';

const signal = new AbortController().signal;
const certificate = makeCertificate();
const servers: net.Server[] = [];
const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
const trusted = tls.getCACertificates('default');

beforeEach(() => {
  tls.setDefaultCACertificates([...trusted, certificate.certPem]);
});
afterEach(() => {
  tls.setDefaultCACertificates(trusted);
  Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS });
  for (const server of servers.splice(0)) {
    if (server instanceof http.Server || server instanceof https.Server)
      server.closeAllConnections();
    server.close();
  }
});

async function listen(server: net.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

const token = JSON.stringify({ access_token: 'opaque', token_type: 'bearer', expires_in: 60 });
const respond: http.RequestListener = ({ url = '' }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(url.includes('oauth2') ? token : '[]');
};

/** Tokens and the API in one server, with a certificate for `localhost`. */
async function serve(options: https.ServerOptions = {}): Promise<string> {
  const { keyPem: key, certPem: cert } = certificate;
  return `https://localhost:${await listen(https.createServer({ key, cert, ...options }, respond))}`;
}

interface Places {
  readonly api: string;
  readonly tokens: string;
  readonly environment?: Record<string, string>;
}

function open({ api, tokens, environment = {} }: Places) {
  const settings = {
    tenantId: 'T1',
    environment: 'live',
    baseUrl: api,
    timeout: 5_000,
    maxRetries: 0,
    tokens: {
      mode: 'direct',
      clientId: 'id-1',
      clientSecret: 'fake-secret-0001',
      tokenUrl: `${tokens}/oauth2/token`,
      issuer: 'https://auth.retailsvc.com',
      audience: 'https://hiiretail.com',
      scopes: [],
    },
  } as const;
  return connect(settings, { environment, terraformVersion: '1.11.4' }).api(signal);
}

describe('the connection of the provider over TLS', () => {
  it('goes through a tunnel of the proxy, which sees only the host', async () => {
    const server = await serve();
    const requested: (string | undefined)[] = [];
    const passed: Buffer[] = [];
    const proxy = http.createServer((_, response) => response.writeHead(500).end());
    proxy.on('connect', ({ url }, near) => {
      requested.push(url);
      const far = net.connect(Number(new URL(server).port), '127.0.0.1', () => {
        near.write('HTTP/1.1 200 Connection established\r\n\r\n');
        near
          .on('data', (bytes) => passed.push(bytes))
          .pipe(far)
          .pipe(near);
      });
      for (const socket of [near, far]) socket.on('error', () => far.destroy());
    });
    const https_proxy = `http://127.0.0.1:${await listen(proxy)}`;
    const api = open({ api: server, tokens: server, environment: { https_proxy } });
    expect(await api.listPermissions()).toEqual([]);
    const { host } = new URL(server);
    // One tunnel for tokens, one for the API.
    expect(requested).toEqual([host, host]);
    expect(Buffer.concat(passed).toString('latin1')).not.toMatch(/HTTP|opaque|Basic/);
  });

  it('trusts no unknown certificate, for tokens or for the API', async () => {
    const secure = await serve();
    const plain = `http://127.0.0.1:${await listen(http.createServer(respond))}`;
    tls.setDefaultCACertificates(trusted);
    await expect(open({ api: plain, tokens: secure }).listPermissions()).rejects.toMatchObject({
      code: 'upstream_invalid',
    });
    await expect(open({ api: secure, tokens: plain }).listPermissions()).rejects.toMatchObject({
      code: 'api_tls_failed',
    });
  });

  it('is rejected if a server has only TLS 1.1, also if Node.js is set to accept it', async () => {
    const good = await serve();
    const old = await serve({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      // OpenSSL 3 signs with SHA-1, which TLS 1.1 needs, only at this security level.
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT:@SECLEVEL=0' });
    const port = Number(new URL(old).port);
    const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost' });
    await new Promise((resolve, reject) => socket.on('secureConnect', resolve).on('error', reject));
    expect(socket.getProtocol()).toBe('TLSv1.1');
    socket.destroy();

    await expect(open({ api: good, tokens: old }).listPermissions()).rejects.toMatchObject({
      code: 'upstream_invalid',
      detail: expect.stringMatching(/EPROTO|SSL/),
    });
    await expect(open({ api: old, tokens: good }).listPermissions()).rejects.toMatchObject({
      code: 'api_tls_failed',
    });
    expect(await open({ api: good, tokens: good }).listPermissions()).toEqual([]);
  });
});
