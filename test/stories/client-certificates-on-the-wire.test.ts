import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openProxies } from '../../client/proxy-agent.ts';
import { type HttpsTransport, openHttpsTransport } from '../../lib/http/https-transport.ts';
import type { IssuedCertificate } from '../../local/certificate-authority.ts';
import { openConnectProxy } from '../support/connect-proxy.ts';
import { MutualTls, TLS_VERSIONS } from '../support/mutual-tls.ts';

let world: MutualTls;
let orders: IssuedCertificate;
let stock: IssuedCertificate;

beforeAll(async () => {
  world = await MutualTls.open();
  [orders, stock] = await Promise.all([world.client('orders'), world.client('stock')]);
});
afterAll(async () => await world.close());

async function send(transport: HttpsTransport, url: URL, certificate?: IssuedCertificate) {
  const response = await transport(url, {
    method: 'POST',
    headers: {},
    body: 'x',
    signal: AbortSignal.timeout(60_000),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
  });
  // The connection becomes idle.
  await new Promise((resolve) => setImmediate(resolve));
  return response;
}

const NAMES = ['orders', undefined, 'stock', 'orders', undefined, 'stock'];
const inTurn = () => [orders, undefined, stock, orders, undefined, stock];

describe.each(TLS_VERSIONS)('a client certificate in %s', (version) => {
  it('is presented by its own requests only, over connections that no other request uses', async () => {
    const { url, seen } = await world.serve({ version, required: false });
    const transport = openHttpsTransport();
    for (const certificate of inTurn()) await send(transport, url, certificate);
    expect(seen.map(({ name }) => name)).toEqual(NAMES);
    const ports = seen.map(({ port }) => port);
    expect(ports.slice(3)).toEqual(ports.slice(0, 3));
    expect(new Set(ports).size).toBe(3);
  });

  it('is that of the request among concurrent requests', async () => {
    const { url, seen } = await world.serve({ version, required: false });
    const transport = openHttpsTransport();
    const certificates = Array.from({ length: 4 }, inTurn).flat();
    await Promise.all(certificates.map((certificate) => send(transport, url, certificate)));
    const count = (name: string | undefined) => seen.filter((one) => one.name === name).length;
    expect([count('orders'), count('stock'), count(undefined)]).toEqual([8, 8, 8]);
    const clients = new Map<number | undefined, Set<string | undefined>>();
    for (const { name, port } of seen)
      clients.set(port, (clients.get(port) ?? new Set()).add(name));
    expect([...clients.values()].every((names) => names.size === 1)).toBe(true);
  });

  it('is not that of another request if a TLS session is resumed', async () => {
    const { url, seen } = await world.serve({
      version,
      required: false,
      respond: (_, response) => response.setHeader('connection', 'close').end('{}'),
    });
    const transport = openHttpsTransport();
    for (const certificate of inTurn()) await send(transport, url, certificate);
    expect(seen.map(({ name }) => name)).toEqual(NAMES);
    expect(seen.slice(0, 3).map(({ resumed }) => resumed)).toEqual([false, false, false]);
    expect(new Set(seen.map(({ port }) => port)).size).toBe(6);
  });

  it('is presented to the server through the tunnel of a proxy, once for each client', async () => {
    const { url, seen } = await world.serve({ version, required: false });
    const proxy = await openConnectProxy();
    const proxies = openProxies({ HTTPS_PROXY: proxy.url });
    const transport = openHttpsTransport({ proxies });
    for (const certificate of inTurn()) await send(transport, url, certificate);
    expect(seen.map(({ name }) => name)).toEqual(NAMES);
    expect(proxy.requested).toEqual([url.host, url.host, url.host]);
    await proxy.close();
  });

  it('is presented again after the server ended an idle connection', async () => {
    let isFirst = true;
    const { url, seen } = await world.serve({
      version,
      respond: ({ socket }, response) => {
        if (!isFirst) return response.end('{}');
        isFirst = false;
        return response.end('{}', () => socket.destroy());
      },
    });
    const transport = openHttpsTransport();
    await send(transport, url, orders);
    // The first attempt may find the connection ended. It is not repeated by itself.
    await send(transport, url, orders).catch(() => send(transport, url, orders));
    expect(seen.map(({ name }) => name)).toEqual(['orders', 'orders']);
    expect(seen[1]?.port).not.toBe(seen[0]?.port);
  });
});

describe('what the handshake shows', () => {
  const failed = async (url: URL, certificate?: IssuedCertificate): Promise<unknown> =>
    await send(openHttpsTransport(), url, certificate).catch((error: unknown) => error);

  it.each([42, 43, 44, 45, 46, 48, 49])(
    'is the alert of a server of TLS 1.2: %d',
    async (alert) => {
      const url = await world.serveAlert(alert);
      const evidence = { kind: 'tls_unacceptable', alert, clientSeen: true };
      expect(await failed(url, orders)).toMatchObject(evidence);
    },
  );

  it('is the alert about a missing certificate', async () => {
    const alerts = { 'TLSv1.2': 40, 'TLSv1.3': 116 };
    for (const version of TLS_VERSIONS) {
      const { url } = await world.serve({ version });
      expect(await failed(url)).toMatchObject({ alert: alerts[version], clientSeen: true });
    }
  });

  it.each(TLS_VERSIONS)(
    'is that a server of %s had the certificate and ended the connection',
    async (version) => {
      const { url, seen } = await world.serve({ version });
      const stranger = await world.strangers.issue({ subject: 'CN=orders', usage: 'client' });
      const evidence = { kind: 'connection_failed', alert: undefined, clientSeen: true };
      expect(await failed(url, stranger)).toMatchObject(evidence);
      expect(seen).toEqual([]);
    },
  );

  it('is that the server accepts no cipher, before it has the certificate', async () => {
    const { url } = await world.serve({
      version: 'TLSv1.2',
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
    });
    expect(await failed(url, orders)).toMatchObject({ alert: 40, clientSeen: false });
  });
});
