import net, { type AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type HttpsTransport, openHttpsTransport } from '../../../lib/http/https-transport.ts';
import { IDLE_CONNECTION_CLOSED_AFTER } from '../../../lib/time/time-budget.ts';

const LIMIT = 1_000;
const servers: { server: net.Server; sockets: Set<net.Socket> }[] = [];

/** A server that does with each connection what `behave` does, once a request has begun. */
async function listen(behave: (socket: net.Socket) => void): Promise<URL> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => behave(socket));
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const OK = 'HTTP/1.1 200 OK\r\n';
const plain = (body: string) => `${OK}content-length: ${body.length}\r\n\r\n${body}`;

let transport: HttpsTransport;
let healthy: URL;

beforeAll(async () => {
  transport = openHttpsTransport({ responseLimit: LIMIT });
  healthy = await listen((socket) => {
    socket.write(plain('healthy'));
    socket.on('data', () => socket.write(plain('healthy')));
  });
});
afterAll(() => {
  for (const { server, sockets } of servers) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

function get(url: URL, signal = AbortSignal.timeout(60_000)) {
  return transport(url, { method: 'GET', headers: {}, signal });
}

async function isServedNext(): Promise<void> {
  expect(await get(healthy)).toMatchObject({ status: 200, body: 'healthy' });
}

/** Writes for ever, as fast as the other side reads. */
function pour(socket: net.Socket, text: string): void {
  while (!socket.destroyed && socket.write(text));
  if (!socket.destroyed) socket.once('drain', () => pour(socket, text));
}

type Behave = (socket: net.Socket) => void;

const FAILURES: readonly [what: string, behave: Behave, kind: string][] = [
  [
    'switches to another protocol that was not asked for',
    (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    'response_unreadable',
  ],
  [
    'switches protocols without naming one',
    (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    'response_unreadable',
  ],
  [
    'speaks another protocol',
    (socket) => socket.write('220 mail.invalid ESMTP\r\n'),
    'response_unreadable',
  ],
  [
    'sends headers without end',
    (socket) => {
      socket.write(OK);
      pour(socket, 'x: y\r\n');
    },
    'response_unreadable',
  ],
  [
    'sends a header line without end',
    (socket) => pour(socket, `${OK}x: ${'y'.repeat(999)}`),
    'response_unreadable',
  ],
  ['closes without a response', (socket) => socket.end(), 'connection_failed'],
  [
    'sends 100 and closes',
    (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'),
    'connection_failed',
  ],
  ['closes within the status line', (socket) => socket.end('HTTP/1.1 20'), 'connection_failed'],
  ['closes within the headers', (socket) => socket.end(`${OK}content-le`), 'connection_failed'],
  [
    'closes within the body',
    (socket) => socket.end(`${OK}content-length: 9\r\n\r\nhalf`),
    'connection_failed',
  ],
  [
    'closes within a chunk',
    (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n9\r\nhalf`),
    'connection_failed',
  ],
  ['resets without a response', (socket) => socket.resetAndDestroy(), 'connection_failed'],
  [
    'resets within the headers',
    (socket) => socket.write(OK, () => socket.resetAndDestroy()),
    'connection_failed',
  ],
  [
    'resets within the body',
    (socket) => socket.write(`${OK}content-length: 9\r\n\r\nhalf`, () => socket.resetAndDestroy()),
    'connection_failed',
  ],
  [
    'sends one byte more than the limit',
    (socket) => socket.end(plain('x'.repeat(LIMIT + 1))),
    'response_too_large',
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.write(`${OK}\r\n`);
      pour(socket, 'x'.repeat(999));
    },
    'response_too_large',
  ],
  [
    'sends few bytes that decode to many',
    (socket) => {
      const bomb = zlib.gzipSync(Buffer.alloc(100 * LIMIT));
      socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    },
    'response_too_large',
  ],
  [
    'names an encoding that the body does not have',
    (socket) => socket.write(`${OK}content-encoding: br\r\ncontent-length: 4\r\n\r\nhalf`),
    'response_unreadable',
  ],
  [
    'states two lengths',
    (socket) => socket.write(`${OK}content-length: 4\r\ncontent-length: 5\r\n\r\nhalf!`),
    'response_unreadable',
  ],
];

const SILENCES: readonly [what: string, behave: Behave][] = [
  ['sends nothing', () => undefined],
  ['sends 100 and nothing more', (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n')],
  [
    'sends 103 without end',
    (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
  ],
  ['stops within the headers', (socket) => socket.write(OK)],
  ['stops within the body', (socket) => socket.write(`${OK}content-length: 9\r\n\r\nhalf`)],
  [
    'stops within a chunk',
    (socket) => socket.write(`${OK}transfer-encoding: chunked\r\n\r\n9\r\nhalf`),
  ],
];

describe('an exchange with a server', () => {
  it.each(FAILURES)('that %s fails, and the next request succeeds', async (_, behave, kind) => {
    const url = await listen(behave);
    await expect(get(url)).rejects.toMatchObject({ name: 'TransportError', kind });
    await isServedNext();
  });

  it.each(SILENCES)(
    'that %s ends with the signal, and the next request succeeds',
    async (_, behave) => {
      const leaving = new AbortController();
      const url = await listen((socket) => {
        behave(socket);
        setImmediate(() => leaving.abort(new Error('left')));
      });
      await expect(get(url, leaving.signal)).rejects.toThrow('left');
      await isServedNext();
    },
  );

  it.each<[what: string, behave: Behave]>([
    [
      'sends early hints first',
      (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${plain('body')}`),
    ],
    [
      'sends trailers',
      (socket) =>
        socket.write(
          `${OK}transfer-encoding: chunked\r\ntrailer: x\r\n\r\n4\r\nbody\r\n0\r\nx: y\r\n\r\n`,
        ),
    ],
    [
      'sends the body byte by byte',
      (socket) => {
        const drip = ([first, ...rest]: string[]) =>
          first === undefined ? undefined : socket.write(first, () => setImmediate(drip, rest));
        drip([...plain('body')]);
      },
    ],
    ['ends the body by closing', (socket) => socket.end(`${OK}\r\nbody`)],
    [
      'encodes the body unasked',
      (socket) => {
        const body = zlib.gzipSync('body');
        socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      },
    ],
    ['sends a second response at once', (socket) => socket.write(plain('body') + plain('stale'))],
  ])('that %s succeeds', async (_, behave) => {
    const url = await listen(behave);
    expect(await get(url)).toMatchObject({ status: 200, body: 'body' });
    await isServedNext();
  });

  it('that sends a second response to an idle connection does not reach the next request', async () => {
    const sockets: net.Socket[] = [];
    const url = await listen((socket) => {
      sockets.push(socket);
      socket.write(plain(`body ${sockets.length}`));
    });
    expect(await get(url)).toMatchObject({ body: 'body 1' });
    const closed = new Promise((resolve) =>
      sockets[0]?.once('close', resolve).once('end', resolve),
    );
    sockets[0]?.write(plain('stale'));
    await closed;
    expect(await get(url)).toMatchObject({ body: 'body 2' });
  });

  it('that may have closed an idle connection while this process was frozen gets a new one', async () => {
    let connections = 0;
    const url = await listen((socket) => {
      connections += 1;
      const respond = () => socket.write(plain(`connection ${connections}`));
      respond();
      socket.on('data', respond);
    });
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    expect(await get(url)).toMatchObject({ body: 'connection 1' });
    clock.mockReturnValue(now + IDLE_CONNECTION_CLOSED_AFTER - 1);
    expect(await get(url)).toMatchObject({ body: 'connection 1' });
    clock.mockReturnValue(now + 2 * IDLE_CONNECTION_CLOSED_AFTER);
    expect(await get(url)).toMatchObject({ body: 'connection 2' });
  });

  it.each(['leaves', 'sees the connection end'])(
    'that forgot its idle connections costs one attempt: a caller that %s then gets a new one',
    async (how) => {
      const idle: net.Socket[] = [];
      const both = Promise.withResolvers<void>();
      const attempt = new AbortController();
      const url = await listen((socket) => {
        idle.push(socket);
        if (idle.length === 2) both.resolve();
        void both.promise.then(() => {
          socket.write(plain(`connection ${idle.length}`));
          // From now on, this connection is forgotten.
          socket.on('data', () => {
            if (how === 'leaves') attempt.abort(new Error('left'));
            else socket.destroy();
          });
        });
      });
      await Promise.all([get(url), get(url)]);
      await expect(get(url, attempt.signal)).rejects.toThrow(
        how === 'leaves' ? 'left' : 'connection_failed',
      );
      expect(await get(url)).toMatchObject({ body: 'connection 3' });
    },
  );
});
