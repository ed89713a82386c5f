import type { IncomingMessage, RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import {
  type CertificateAuthority,
  type IssuedCertificate,
  openCertificateAuthority,
} from '../../local/certificate-authority.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';
export const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** A connection as the server sees it. */
export interface SeenClient {
  /** CN of the certificate that the client presented. */
  readonly name: string | undefined;
  readonly port: number | undefined;
  readonly resumed: boolean;
}

export interface MutualTlsServer {
  /** Of each request. */
  readonly seen: SeenClient[];
  readonly port: number;
  readonly url: URL;
}

export interface MutualTlsOptions extends Pick<tls.TlsOptions, 'ciphers'> {
  readonly version?: TlsVersion;
  /** Whether a client without an accepted certificate is refused; default true. */
  readonly required?: boolean;
  readonly respond?: RequestListener;
  /** Its own certificate; default: one that this process trusts. */
  readonly own?: IssuedCertificate;
}

/** Authorities of a server and of its clients, which this process trusts until `close`. */
export class MutualTls {
  static async open(): Promise<MutualTls> {
    return new MutualTls([
      await openCertificateAuthority('Servers'),
      await openCertificateAuthority('Clients'),
      await openCertificateAuthority('Strangers'),
    ]);
  }

  readonly #authorities = tls.getCACertificates('default');
  readonly #running: { close(): Promise<void> }[] = [];

  readonly servers: CertificateAuthority;
  /** The servers accept its certificates. */
  readonly clients: CertificateAuthority;
  /** The servers do not accept its certificates. */
  readonly strangers: CertificateAuthority;

  private constructor(
    authorities: readonly [
      servers: CertificateAuthority,
      clients: CertificateAuthority,
      strangers: CertificateAuthority,
    ],
  ) {
    [this.servers, this.clients, this.strangers] = authorities;
    tls.setDefaultCACertificates([this.servers.certificate]);
  }

  /** A client that the servers accept. */
  async client(name: string) {
    return await this.clients.issue({ subject: `CN=${name}`, usage: 'client' });
  }

  /** A server on loopback that asks for client certificates. */
  async serve(options: MutualTlsOptions = {}): Promise<MutualTlsServer> {
    const { version, required = true, ciphers } = options;
    const { respond = (_, response) => response.end('{}') } = options;
    const own =
      options.own ?? (await this.servers.issue({ subject: 'CN=localhost', usage: 'server' }));
    const seen: SeenClient[] = [];
    const server = https.createServer(
      {
        cert: own.certificate,
        key: own.key,
        ca: [this.clients.certificate],
        requestCert: true,
        rejectUnauthorized: required,
        ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
        ...(ciphers === undefined ? {} : { ciphers }),
      },
      (request, response) => {
        seen.push(seenOf(request));
        respond(request, response);
      },
    );
    const port = await this.#listen(server, () => server.closeAllConnections());
    return { seen, port, url: urlOf(port) };
  }

  /**
   * A server of TLS 1.2 that sends an alert instead of the end of the handshake, once it has the
   * certificate of the client. Servers of Node.js send no alert about certificates.
   */
  async serveAlert(alert: number): Promise<URL> {
    const { port } = await this.serve({ version: 'TLSv1.2', required: false });
    const sockets = new Set<net.Socket>();
    const relay = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      let greeted = false;
      far.on('data', (bytes) => {
        greeted = true;
        near.write(bytes);
      });
      near.on('data', (bytes) => {
        if (!greeted) far.write(bytes);
        // A record of type alert, level fatal (RFC 5246 section 7.2).
        else near.end(Buffer.from([21, 3, 3, 0, 2, 2, alert]));
      });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy()).on('close', () => far.destroy());
      }
    });
    return urlOf(
      await this.#listen(relay, () => {
        for (const socket of sockets) socket.destroy();
      }),
    );
  }

  async close(): Promise<void> {
    tls.setDefaultCACertificates(this.#authorities);
    await Promise.all(this.#running.map((one) => one.close()));
  }

  async #listen(server: net.Server, disconnect: () => void): Promise<number> {
    this.#running.push({
      close: async () => {
        disconnect();
        await new Promise((resolve) => server.close(resolve));
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
}

function urlOf(port: number): URL {
  return new URL(`https://localhost:${port}/`);
}

function seenOf({ socket }: IncomingMessage): SeenClient {
  const secure = socket as tls.TLSSocket;
  const subject: { readonly CN?: string | string[] } | undefined =
    secure.getPeerCertificate().subject;
  return {
    name: subject?.CN?.toString(),
    port: socket.remotePort,
    resumed: secure.isSessionReused(),
  };
}
