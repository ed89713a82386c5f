import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openEvidence } from '../../../cli/doctor/evidence.ts';
import { checkConnection, checkEndpoint, checkHostName } from '../../../cli/doctor/network.ts';
import { checkTls } from '../../../cli/doctor/tls.ts';
import { makeCertificate } from '../../../provider/framework/process/certificate.ts';
import { type ConnectProxy, openConnectProxy } from '../../support/connect-proxy.ts';

const { certPem: cert, keyPem: key } = makeCertificate();
const authorities = tls.getCACertificates('default');
const proxies: ConnectProxy[] = [];
let endpoint: https.Server;
let port: number;

beforeAll(async () => {
  tls.setDefaultCACertificates([cert]);
  endpoint = https.createServer({ key, cert }, (_, response) => response.end());
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  ({ port } = endpoint.address() as AddressInfo);
});
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});
afterAll(() => {
  tls.setDefaultCACertificates(authorities);
  endpoint.close().closeAllConnections();
});

async function examine(status: number, environment: Record<string, string> = {}) {
  const proxy = await openConnectProxy(status);
  proxies.push(proxy);
  const evidence = openEvidence({
    connection: {
      endpoint: `https://localhost:${port}`,
      region: 'eu-north-1',
      signingService: 'execute-api',
      profile: undefined,
    },
    environment: { HTTPS_PROXY: proxy.url, ...environment },
    credential: undefined,
    tokenFlags: { scope: [], audience: [], resource: [] },
    signal: AbortSignal.timeout(60_000),
  });
  return { proxy, evidence, at: new URL(proxy.url).host };
}

describe('doctor behind a proxy', () => {
  it('shows the signing service of the endpoint', async () => {
    const { evidence } = await examine(200);
    expect(checkEndpoint(evidence).detail).toBe(
      `https://localhost:${port} (execute-api in eu-north-1)`,
    );
  });

  it('checks the connection and TLS through the tunnel, and looks no name up', async () => {
    const { evidence, proxy, at } = await examine(200);
    expect((await checkHostName(evidence)).detail).toBe('the proxy looks it up');
    expect(await checkConnection(evidence)).toEqual({
      result: 'pass',
      detail: `to port ${port} through the proxy ${at}`,
    });
    expect(await checkTls(evidence)).toMatchObject({
      result: 'pass',
      detail: expect.stringMatching(/^TLSv1\.3, certificate by /),
    });
    expect(proxy.requested).toEqual([`localhost:${port}`, `localhost:${port}`]);
  });

  it('names a proxy that opens no connection, with its status', async () => {
    const { evidence, at } = await examine(407);
    expect(await checkConnection(evidence)).toMatchObject({
      result: 'fail',
      detail: `The proxy ${at} opened no connection to localhost on port ${port} (status 407).`,
      code: 'endpoint_unreachable',
    });
  });

  it('goes past the proxy to a host of NO_PROXY', async () => {
    const { evidence, proxy } = await examine(407, { NO_PROXY: 'localhost' });
    expect((await checkConnection(evidence)).detail).toBe(`to port ${port}`);
    expect(proxy.requested).toEqual([]);
  });

  it('reports a proxy that is not usable', async () => {
    const { evidence } = await examine(200, { HTTPS_PROXY: 'socks5://127.0.0.1' });
    expect(checkEndpoint(evidence)).toMatchObject({ result: 'fail', code: 'proxy_invalid' });
  });
});
