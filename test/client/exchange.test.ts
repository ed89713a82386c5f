import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { openExchange } from '../../client/exchange.ts';

const request = { method: 'GET', headers: {}, body: '', signal: AbortSignal.timeout(10_000) };

async function withServer(answer: http.RequestListener, work: (url: string) => Promise<void>) {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('the exchange with the endpoint', () => {
  it('goes through the proxy that the environment names, but for hosts that it leaves out', async () => {
    const proxied: (string | undefined)[] = [];
    const proxy: http.RequestListener = ({ url }, response) => {
      proxied.push(url);
      response.end('through the proxy');
    };
    await withServer(proxy, async (url) => {
      const exchange = openExchange({ http_proxy: url, no_proxy: 'direct.invalid' });
      const { body } = await exchange(new URL('http://endpoint.invalid/oauth2/token'), request);
      expect([body, proxied]).toEqual([
        'through the proxy',
        ['http://endpoint.invalid/oauth2/token'],
      ]);
      await expect(exchange(new URL('http://direct.invalid/'), request)).rejects.toMatchObject({
        code: 'endpoint_unreachable',
      });
    });
  });

  it('follows no redirect', async () => {
    const answer: http.RequestListener = (_, response) => {
      response.writeHead(302, { location: 'http://elsewhere.invalid/' });
      response.end();
    };
    await withServer(answer, async (url) => {
      expect(await openExchange()(new URL(url), request)).toMatchObject({ status: 302 });
    });
  });

  it('reads no more than an endpoint ever answers', async () => {
    await withServer(
      (_, response) => response.end('x'.repeat(65 * 1024)),
      async (url) => {
        await expect(openExchange()(new URL(url), request)).rejects.toMatchObject({
          code: 'answer_invalid',
        });
      },
    );
  });
});
