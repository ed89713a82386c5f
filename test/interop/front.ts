import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP proxy in front of a server, which leaves what it forwards as it is. */
export interface Front extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The port at which the server is to listen. */
  readonly serverPort: number;
  /** Milliseconds by which each response is late. */
  lateBy: number;
  /** Paths of GET requests for which the response is 404. */
  readonly hidden: Set<string>;
  /** Nothing listens afterwards. */
  close(): Promise<void>;
}

export async function openFront(): Promise<Front> {
  const serverPort = await findFreePort();
  const state = { lateBy: 0, hidden: new Set<string>() };
  const open = new Set<net.Socket>();
  const proxy = net.createServer((client) => {
    const server = net.connect(serverPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      // Small packets that wait for each other would cost 40 ms.
      socket.setNoDelay(true);
      // An error is always followed by `close`.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (isHidden(chunk, state.hidden)) client.write(NOT_FOUND);
      else server.write(chunk);
    });
    server.on('data', async (chunk) => {
      if (state.lateBy > 0) await delay(state.lateBy);
      client.write(chunk);
    });
  });
  const port = await listen(proxy);
  const close = async () => {
    for (const socket of open) socket.destroy();
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
  };
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    serverPort,
    close,
    [Symbol.asyncDispose]: close,
  });
}

const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n';

// The function sends one request at a time on a connection, so a request begins a chunk.
function isHidden(chunk: Buffer, hidden: ReadonlySet<string>): boolean {
  const [, path = ''] = /^GET (\S+) HTTP/.exec(chunk.toString('latin1', 0, 500)) ?? [];
  return hidden.has(path);
}

/** Listens on a free port of 127.0.0.1. */
async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

/** A port that nothing listened at a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
