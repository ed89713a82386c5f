import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import process from 'node:process';
import type { Duplex } from 'node:stream';
import { isLoopback } from '../lib/http/endpoint-url.ts';
import { POOL, type Proxies, USER_AGENT } from '../lib/http/https-transport.ts';
import { TransportError } from '../lib/http/transport-error.ts';
import type { Clock } from '../lib/time/clock.ts';
import { Deadline } from '../lib/time/deadline.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { CLIENT_ATTEMPT_TIMEOUT } from '../lib/time/time-budget.ts';
import { findProxy, type NamedProxy } from './proxy.ts';

/**
 * The proxies that the environment names. Node.js itself follows them from 24.5 on only.
 *
 * TLS connections go through a tunnel, which CONNECT opens (RFC 9110 section 9.3.6). Plain http is
 * for loopback only, so its proxy must be on loopback too: a token in it must not leave the machine.
 *
 * @param environment default: that of the process
 * @throws {@link TokenVendingError} `proxy_invalid`
 */
export function openProxies(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AgentProxies {
  const secure = findProxy('https', environment);
  const plain = findProxy('http', environment);
  const isNear = plain?.url.protocol === 'http:' && isLoopback(plain.url.hostname);
  return {
    secure: secure && new ProxyAgent(secure),
    plain: ({ hostname, port }) =>
      isNear && plain.serves(withoutBrackets(hostname), Number(port || 80)) ? plain : undefined,
  };
}

type AgentProxies = Proxies & { readonly secure: https.Agent | undefined };

type Created = (error: Error | null, socket: Duplex) => void;

class ProxyAgent extends https.Agent {
  readonly #proxy: NamedProxy;

  constructor(proxy: NamedProxy) {
    super(POOL);
    this.#proxy = proxy;
  }

  override createConnection(
    options: https.RequestOptions,
    created: Created,
  ): Duplex | null | undefined {
    const [host, port] = [String(options.host), Number(options.port)];
    if (!this.#proxy.serves(host, port)) return super.createConnection(options, created);
    openTunnel(this.#proxy, host, port).then(
      (socket) => created(null, super.createConnection({ ...options, socket } as object) as Duplex),
      (error) => created(error, undefined as never),
    );
    return undefined;
  }
}

/**
 * Opens a connection through a proxy.
 *
 * @param host IPv6 without brackets
 * @throws TransportError `proxy_refused` with the status of the proxy or the code of Node.js
 */
export async function openTunnel(
  { url, headers }: NamedProxy,
  host: string,
  port: number,
  clock: Clock = systemClock,
): Promise<net.Socket> {
  // Not the timeout of the socket: a proxy that sends a byte from time to time would keep it open.
  using deadline = new Deadline(clock, CLIENT_ATTEMPT_TIMEOUT, () => new Error('no response'));
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { promise, resolve, reject } = Promise.withResolvers<net.Socket>();
  const { request } = url.protocol === 'https:' ? https : http;
  const outgoing = request({
    method: 'CONNECT',
    host: withoutBrackets(url.hostname),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: authority,
    headers: { host: authority, 'user-agent': USER_AGENT, ...headers },
    agent: false,
  });
  const { signal } = deadline;
  signal.addEventListener('abort', () => outgoing.destroy(signal.reason));
  const refuse = (detail: string, cause?: unknown) =>
    reject(new TransportError('proxy_refused', detail, cause));
  outgoing
    .on('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        return refuse(`status ${statusCode}`);
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    })
    .on('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message, error))
    .on('close', () => refuse('closed'))
    .end();
  return await promise;
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
