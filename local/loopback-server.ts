import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';

export interface LoopbackServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or `https:`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 only.
 *
 * @param port 0 selects a free port
 * @param part what the port is for; `setting` says how to choose another. Both are in the message
 *   if the port is in use
 */
export async function listenOnLoopback(
  server: http.Server | (http.Server & tls.Server),
  port: number,
  part: string,
  setting: string,
): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `port ${port} of the ${part} is taken: stop what listens there, or choose another with ${setting}`,
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `${server instanceof tls.Server ? 'https' : 'http'}://127.0.0.1:${bound}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The whole body of a request. */
export async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The headers as received: lower-case names, with repeats. */
export function wireHeaders({ rawHeaders }: http.IncomingMessage): [string, string][] {
  const headers: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.push([(rawHeaders[at] as string).toLowerCase(), rawHeaders[at + 1] as string]);
  }
  return headers;
}
