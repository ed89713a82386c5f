import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import process from 'node:process';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { assumeRole } from '../../client/assume-role.ts';
import { proxied } from '../../client/aws-credentials.ts';
import { openProxies, openTunnel } from '../../client/proxy-agent.ts';
import { TokenClient } from '../../client/token-client.ts';
import { openSecretsApi } from '../../lib/credential/secrets-manager-api.ts';
import { openHttpsTransport } from '../../lib/http/https-transport.ts';
import { CLIENT_ATTEMPT_TIMEOUT } from '../../lib/time/time-budget.ts';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import { type ConnectProxy, openConnectProxy } from '../support/connect-proxy.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { certPem: cert, keyPem: key } = makeCertificate();
const authorities = tls.getCACertificates('default');
const open: { close(): unknown }[] = [];
const keys = { accessKeyId: 'AKIDFAKE', secretAccessKey: 'fake-secret-0001' };

let server: https.Server;
let host: string;

beforeAll(async () => {
  tls.setDefaultCACertificates([cert]);
  server = https.createServer({ key, cert }, (_, response) => response.end('{"direct":true}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `localhost:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => {
  tls.setDefaultCACertificates(authorities);
  server.closeAllConnections();
  server.close();
});

async function startProxy(status?: number): Promise<ConnectProxy> {
  const proxy = await openConnectProxy(status);
  open.push(proxy);
  return proxy;
}

async function get(environment: Record<string, string>, url = `https://${host}/`) {
  const transport = openHttpsTransport({ proxies: openProxies(environment) });
  const signal = AbortSignal.timeout(60_000);
  return await transport(new URL(url), { method: 'GET', headers: {}, signal });
}

describe('the proxies of the environment', () => {
  it('tunnel TLS, once for requests that follow each other', async () => {
    const proxy = await startProxy();
    const { port } = new URL(proxy.url);
    const environment = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port}` };
    const transport = openHttpsTransport({ proxies: openProxies(environment) });
    for (const path of ['/a', '/b']) {
      const signal = AbortSignal.timeout(60_000);
      const url = new URL(path, `https://${host}`);
      const response = await transport(url, { method: 'GET', headers: {}, signal });
      expect(response.status).toBe(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(proxy.requested).toEqual([host]);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  });

  it('are left out for hosts of NO_PROXY, and where no proxy is named', async () => {
    const proxy = await startProxy();
    await get({ HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' });
    await get({ HTTP_PROXY: proxy.url });
    await get({});
    expect(proxy.requested).toEqual([]);
  });

  it('may be reached by TLS themselves', async () => {
    const requested: (string | undefined)[] = [];
    const secure = https.createServer({ key, cert });
    secure.on('connect', ({ url = '' }, near) => {
      requested.push(url);
      const far = net.connect(Number(url.split(':')[1]), '127.0.0.1', () => {
        near.write('HTTP/1.1 200 OK\r\n\r\n');
        near.pipe(far).pipe(near);
      });
      for (const socket of [near, far]) socket.on('error', () => far.destroy());
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => secure.close(() => undefined).closeAllConnections() });
    const { port } = secure.address() as AddressInfo;
    expect(await get({ HTTPS_PROXY: `https://localhost:${port}` })).toMatchObject({ status: 200 });
    expect(requested).toEqual([host]);
  });

  it.each([
    ['refuses', 407, 'status 407'],
    ['has no access', 403, 'status 403'],
    ['redirects', 302, 'status 302'],
  ])('%s: that is no response of the server', async (_, status, detail) => {
    const proxy = await startProxy(status);
    await expect(get({ HTTPS_PROXY: proxy.url })).rejects.toMatchObject({
      kind: 'proxy_refused',
      detail,
    });
  });

  it('are named if they cannot be reached, or close the connection', async () => {
    const proxy = await startProxy();
    await proxy.close();
    await expect(get({ HTTPS_PROXY: proxy.url })).rejects.toMatchObject({
      kind: 'proxy_refused',
      detail: 'ECONNREFUSED',
    });
    const rude = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    open.push(rude);
    const { port } = rude.address() as AddressInfo;
    await expect(get({ HTTPS_PROXY: `127.0.0.1:${port}` })).rejects.toMatchObject({
      kind: 'proxy_refused',
      detail: 'ECONNRESET',
    });
  });

  it('have the time of an attempt, even if they send a byte now and then', async () => {
    const clock = new FakeClock();
    const begun = Promise.withResolvers<net.Socket>();
    const slow = net.createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => begun.resolve(socket));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    open.push(slow);
    const url = new URL(`http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
    const proxy = { url, headers: {}, serves: () => true };
    const refused = expect(openTunnel(proxy, 'localhost', 9, clock)).rejects.toMatchObject({
      kind: 'proxy_refused',
      detail: 'no response',
    });
    const socket = await begun.promise;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (const byte of 'HTTP/1.1 200 OK') {
      socket.write(byte);
      await clock.advance(CLIENT_ATTEMPT_TIMEOUT / 15);
    }
    await refused;
    await closed;
  });

  it('carry plain http, which is for loopback, only if they are on loopback', async () => {
    const seen: (string | undefined)[] = [];
    const plain = http.createServer(({ url, headers }, response) => {
      seen.push(url, headers.host);
      response.end('through the proxy');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => plain.close(() => undefined).closeAllConnections() });
    const { port } = plain.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/a?b`;
    await get({ HTTP_PROXY: `http://127.0.0.1:${port}` }, 'http://localhost:9/a?b');
    expect(seen.splice(0)).toEqual(['http://localhost:9/a?b', 'localhost:9']);
    await get({ HTTP_PROXY: 'http://proxy.invalid:9' }, url);
    await get({ HTTP_PROXY: `http://127.0.0.1:9`, NO_PROXY: '127.0.0.1' }, url);
    expect(seen).toEqual(['/a?b', `127.0.0.1:${port}`, '/a?b', `127.0.0.1:${port}`]);
  });
});

describe('behind a proxy', () => {
  it('the client of the endpoint goes through it, and names it if it refuses', async () => {
    const proxy = await startProxy();
    const connect = (url: string) =>
      new TokenClient({
        endpoint: `https://${host}`,
        region: 'eu-north-1',
        credentials: async () => keys,
        maxRetries: 0,
        environment: { HTTPS_PROXY: url },
      });
    await expect(connect(proxy.url).callerIdentity()).rejects.toMatchObject({
      code: 'answer_invalid',
    });
    expect(proxy.requested).toEqual([host]);
    const refusing = await startProxy(407);
    await expect(connect(refusing.url).callerIdentity()).rejects.toMatchObject({
      code: 'endpoint_unreachable',
      message: 'The proxy opened no connection to the token-vending endpoint (status 407).',
    });
    expect(() => connect('socks5://127.0.0.1')).toThrow(
      expect.objectContaining({ code: 'proxy_invalid' }),
    );
  });

  it('clients of the AWS SDK go through it', async () => {
    const proxy = await startProxy(403);
    const before = process.env['HTTPS_PROXY'];
    process.env['HTTPS_PROXY'] = proxy.url;
    try {
      const { signal } = new AbortController();
      const config = { region: 'eu-north-1', credentials: keys, maxAttempts: 1, ...proxied() };
      const secrets = openSecretsApi(config);
      const name = 'token-vending/checkout/orders-api';
      await expect(secrets.describe(name, { signal })).rejects.toThrow();
      secrets.close();
      const role = {
        roleArn: 'arn:aws:iam::111122223333:role/ci',
        sessionName: 'test',
        externalId: undefined,
        duration: 900,
      };
      await expect(assumeRole(async () => keys, role, 'eu-north-1')()).rejects.toThrow();
      expect(new Set(proxy.requested)).toEqual(
        new Set([
          'secretsmanager.eu-north-1.amazonaws.com:443',
          'sts.eu-north-1.amazonaws.com:443',
        ]),
      );
    } finally {
      if (before === undefined) delete process.env['HTTPS_PROXY'];
      else process.env['HTTPS_PROXY'] = before;
    }
  });
});
