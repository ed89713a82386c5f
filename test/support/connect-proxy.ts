import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** A proxy on loopback that opens tunnels to loopback (RFC 9110 section 9.3.6). */
export interface ConnectProxy {
  readonly url: string;
  /** Host and port of each tunnel that was requested. */
  readonly requested: string[];
  /** `proxy-authorization` of each request. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** @param status of its responses; other than 200 it opens no tunnel */
export async function openConnectProxy(status = 200): Promise<ConnectProxy> {
  const requested: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<net.Socket>();
  const server = http.createServer((_, response) => response.writeHead(500).end());
  server.on('connect', ({ url = '', headers }, near: net.Socket) => {
    requested.push(url);
    authorizations.push(headers['proxy-authorization']);
    if (status !== 200) {
      near.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    const port = Number(url.split(':').at(-1));
    const far = net.connect(port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requested,
    authorizations,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
