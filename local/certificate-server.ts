import { randomBytes, X509Certificate } from 'node:crypto';
import type http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { exportJWK, importX509, type JWK } from 'jose';
import Provider from 'oidc-provider';
import { type CertificateAuthority, openCertificateAuthority } from './certificate-authority.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { configureProvider, generateKey, type RegisteredClient } from './provider-configuration.ts';

/** An authorization server that authenticates clients by certificates (RFC 8705), over TLS. */
export interface LocalCertificateServer {
  readonly issuer: string;
  /** PEM of the authority that its own certificate is of, for NODE_EXTRA_CA_CERTS. */
  readonly serverAuthority: string;
  /** The authority whose certificates it accepts. */
  readonly clients: CertificateAuthority;
  /** Each request, with the subject of the certificate that was presented: `POST /token CN=orders`. */
  readonly requests: string[];
  register(client: RegisteredClient): void;
  /** @throws Error if it is not registered */
  need(clientId: string): RegisteredClient;
  /** The key set to register for `self_signed_tls_client_auth`. */
  jwksOf(certificate: string): Promise<{ keys: JWK[] }>;
  close(): Promise<void>;
}

const ALGORITHM = 'ES256';
const PART = 'authorization server with client certificates';

/**
 * Starts oidc-provider behind two TLS endpoints, as banks have them: one for everybody, and one that
 * requests a certificate, which the metadata names in `mtls_endpoint_aliases`. A certificate that is
 * not valid fails the authentication of the client, not the handshake.
 */
export async function startCertificateServer(port: number): Promise<LocalCertificateServer> {
  const [servers, clients] = await Promise.all([
    openCertificateAuthority('Local servers'),
    openCertificateAuthority('Local clients'),
  ]);
  const own = await servers.issue({ subject: 'CN=127.0.0.1', usage: 'server' });
  const requests: string[] = [];
  const registered = new Map<string, RegisteredClient>();
  let serve: http.RequestListener = (_request, response) => response.writeHead(503).end();
  const open = (options: https.ServerOptions, at: number, setting: string) => {
    const tls = { ...options, cert: own.certificate, key: own.key, minVersion: 'TLSv1.2' } as const;
    const server = https.createServer(tls, (request, response) => {
      const subject = certificateOf(request.socket as TLSSocket)?.subject ?? 'no certificate';
      requests.push(`${request.method} ${request.url} ${subject}`);
      serve(request, response);
    });
    return listenOnLoopback(server, at, PART, setting);
  };
  const everybody = await open({}, port, 'TOKEN_VENDING_LOCAL_PORT_CERTIFICATES');
  const withCertificate = await open(
    { requestCert: true, rejectUnauthorized: false, ca: clients.certificate },
    0,
    '',
  );
  const issuer = everybody.url;
  serve = new Provider(
    issuer,
    configureProvider({
      clients: registered,
      registrationToken: randomBytes(24).toString('base64url'),
      keys: [await generateKey(ALGORITHM)],
      algorithm: ALGORITHM,
      mTLS: MTLS,
      discovery: { mtls_endpoint_aliases: aliasesOf(withCertificate.url) },
    }),
  ).callback();
  return {
    issuer,
    serverAuthority: servers.certificate,
    clients,
    requests,
    register: (client) => registered.set(client.client_id, client),
    need(clientId) {
      const client = registered.get(clientId);
      if (client === undefined) throw new Error(`no client ${clientId} is registered`);
      return client;
    },
    jwksOf: async (certificate) => ({ keys: [await jwkOf(certificate)] }),
    async close() {
      await Promise.all([everybody.close(), withCertificate.close()]);
    },
  };
}

const MTLS = {
  enabled: true,
  tlsClientAuth: true,
  selfSignedTlsClientAuth: true,
  certificateBoundAccessTokens: true,
  getCertificate: ({ socket }: { socket: unknown }) => certificateOf(socket as TLSSocket),
  certificateAuthorized: ({ socket }: { socket: unknown }) => (socket as TLSSocket).authorized,
  certificateSubjectMatches: ({ socket }: { socket: unknown }, _name: string, expected: string) =>
    certificateOf(socket as TLSSocket)?.subject === expected,
};

function certificateOf(socket: TLSSocket): X509Certificate | undefined {
  return socket.getPeerX509Certificate();
}

function aliasesOf(url: string): Readonly<Record<string, string>> {
  return {
    token_endpoint: `${url}/token`,
    revocation_endpoint: `${url}/token/revocation`,
    introspection_endpoint: `${url}/token/introspection`,
  };
}

async function jwkOf(pem: string): Promise<JWK> {
  const { raw, fingerprint256 } = new X509Certificate(pem);
  const thumbprint = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  const jwk = await exportJWK(await importX509(pem, ALGORITHM));
  return { ...jwk, x5c: [raw.toString('base64')], 'x5t#S256': thumbprint };
}
