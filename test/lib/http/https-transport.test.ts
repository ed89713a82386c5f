import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpsRequest, openHttpsTransport } from '../../../lib/http/https-transport.ts';
import { RESPONSE_LIMIT } from '../../../lib/http/size-limits.ts';
import { VERSION } from '../../../lib/version.ts';
import { makeCertificate } from '../../../provider/framework/process/certificate.ts';

const running: net.Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  }
});

/** @returns the port of a server on loopback */
async function listen(server: net.Server): Promise<number> {
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function serve(listener: http.RequestListener): Promise<URL> {
  return new URL(`http://127.0.0.1:${await listen(http.createServer(listener))}/`);
}

function request(more: Partial<HttpsRequest> = {}): HttpsRequest {
  return { method: 'GET', headers: {}, signal: AbortSignal.timeout(10_000), ...more };
}

describe('HTTPS transport', () => {
  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'sends a %s with its body and the length of that in bytes',
    async (method) => {
      const url = await serve(async (incoming, response) => {
        const body = (await incoming.toArray()).join('');
        const { 'content-length': length, accept } = incoming.headers;
        response.writeHead(201, { 'Set-Cookie': ['a', 'b'] });
        response.end(JSON.stringify({ method: incoming.method, accept, length, body }));
      });
      const sent = request({ method, headers: { accept: 'x' }, body: 'ö' });
      const response = await openHttpsTransport()(url, sent);
      expect(JSON.parse(response.body)).toEqual({ method, accept: 'x', length: '2', body: 'ö' });
      expect(response).toMatchObject({ status: 201, headers: { 'set-cookie': 'a,b' } });
    },
  );

  it('sends a GET without a length, and keeps its connection for the next', async () => {
    const lengths: (string | undefined)[] = [];
    const ports = new Set<number | undefined>();
    const url = await serve(({ headers, socket }, response) => {
      lengths.push(headers['content-length']);
      ports.add(socket.remotePort);
      response.end();
    });
    const transport = openHttpsTransport();
    for (const body of ['', undefined]) {
      await transport(url, request(body === undefined ? {} : { body }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lengths).toEqual([undefined, undefined]);
    expect(ports.size).toBe(1);
  });

  it('follows no redirect', async () => {
    const url = await serve((_, response) => {
      response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end();
    });
    expect(await openHttpsTransport()(url, request())).toMatchObject({ status: 302 });
  });

  it('names itself and asks for no encoding, unless the caller does', async () => {
    const url = await serve(({ headers }, response) => {
      response.end(JSON.stringify([headers['user-agent'], headers['accept-encoding']]));
    });
    const send = async (headers: Record<string, string>) =>
      JSON.parse((await openHttpsTransport()(url, request({ headers }))).body);
    expect(await send({})).toEqual([`token-vending/${VERSION}`, 'identity']);
    expect(await send({ 'User-Agent': 'mine/1', 'accept-encoding': 'br' })).toEqual([
      'mine/1',
      'br',
    ]);
  });

  it('opens at most maxSockets connections', async () => {
    let most = 0;
    let open = 0;
    const url = await serve((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        response.end();
      });
    });
    const transport = openHttpsTransport({ maxSockets: 1 });
    await Promise.all([1, 2, 3].map(() => transport(url, request())));
    expect(most).toBe(1);
  });

  it('reads a body up to the limit', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(RESPONSE_LIMIT)));
    const { body } = await openHttpsTransport()(url, request());
    expect(body).toHaveLength(RESPONSE_LIMIT);
    const refused = openHttpsTransport({ responseLimit: RESPONSE_LIMIT - 1 })(url, request());
    await expect(refused).rejects.toMatchObject({
      kind: 'response_too_large',
      detail: 'larger than 262143 bytes',
      message: 'response_too_large: larger than 262143 bytes',
    });
  });

  it('states the code of a connection that cannot be opened, or ends too early', async () => {
    const port = await listen(net.createServer());
    await new Promise((resolve) => running.pop()?.close(resolve));
    const closed = openHttpsTransport()(new URL(`http://127.0.0.1:${port}/`), request());
    await expect(closed).rejects.toMatchObject({
      kind: 'connection_failed',
      detail: 'ECONNREFUSED',
      cause: { code: 'ECONNREFUSED' },
    });
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '9' });
      response.write('half', () => response.socket?.resetAndDestroy());
    });
    await expect(openHttpsTransport()(url, request())).rejects.toMatchObject({
      kind: 'connection_failed',
      detail: 'ECONNRESET',
    });
  });

  it('treats an error without a code as a failed connection', async () => {
    const refused = openHttpsTransport()(new URL('http://127.0.0.1:1/'), {
      ...request(),
      get method(): 'GET' {
        throw new Error('no code');
      },
    });
    await expect(refused).rejects.toMatchObject({ kind: 'connection_failed', detail: 'unknown' });
  });

  it.each(['before the request', 'before the response', 'within the body'] as const)(
    'ends with the reason of its signal: %s',
    async (when) => {
      const leaving = new AbortController();
      const leave = () => leaving.abort(new Error('left'));
      const url = await serve((_, response) => {
        if (when === 'within the body') response.write('half');
        // After the written bytes have arrived.
        setTimeout(leave, 20);
      });
      if (when === 'before the request') leave();
      const sent = openHttpsTransport()(url, request({ signal: leaving.signal }));
      await expect(sent).rejects.toThrow('left');
    },
  );
});

describe('HTTPS transport over TLS', () => {
  it('responds if an authority issued the certificate', async () => {
    const { certPem: cert, keyPem: key } = makeCertificate();
    const server = https.createServer({ cert, key }, ({ socket }, response) =>
      response.end((socket as tls.TLSSocket).getProtocol()),
    );
    const url = new URL(`https://localhost:${await listen(server)}/`);
    const authorities = tls.getCACertificates('default');
    tls.setDefaultCACertificates([cert]);
    try {
      const { body } = await openHttpsTransport()(url, request());
      expect(body).toMatch(/^TLSv1\.[23]$/);
    } finally {
      tls.setDefaultCACertificates(authorities);
    }
  });

  it('trusts no certificate without a known authority', async () => {
    const { certPem: cert, keyPem: key } = makeCertificate();
    const server = https.createServer({ cert, key }, (_, response) => response.end());
    const url = new URL(`https://127.0.0.1:${await listen(server)}/`);
    await expect(openHttpsTransport()(url, request())).rejects.toMatchObject({
      kind: 'tls_unacceptable',
      detail: expect.stringMatching(/SELF_SIGNED|UNABLE_TO|CERT/),
    });
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('does not accept %s', async (version) => {
    const { certPem: cert, keyPem: key } = makeCertificate();
    const server = https.createServer({
      cert,
      key,
      minVersion: version,
      maxVersion: version,
    });
    const url = new URL(`https://127.0.0.1:${await listen(server)}/`);
    await expect(openHttpsTransport()(url, request())).rejects.toMatchObject({
      kind: 'tls_unacceptable',
    });
  });

  it('does not fall back to plain HTTP', async () => {
    const { port } = await serve((_, response) => response.end());
    const sent = openHttpsTransport()(new URL(`https://127.0.0.1:${port}/`), request());
    await expect(sent).rejects.toMatchObject({
      kind: 'tls_unacceptable',
      detail: expect.stringMatching(/SSL|EPROTO/),
    });
  });
});
