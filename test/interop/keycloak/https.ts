import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type CertificateAuthority,
  openCertificateAuthority,
} from '../../../local/certificate-authority.ts';
import { findFreePort } from '../front.ts';

/** The TLS listener of Keycloak, and whom it trusts. */
export interface KeycloakHttps {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** Of the start script. */
  readonly options: readonly string[];
  /** PEM of the authority of the server's own certificate. */
  readonly serverAuthority: string;
  /** The authority whose client certificates it accepts. */
  readonly clients: CertificateAuthority;
}

/** @param directory for the files of keys and certificates */
export async function prepareHttps(directory: string): Promise<KeycloakHttps> {
  const [servers, clients, port] = await Promise.all([
    openCertificateAuthority('Interop servers'),
    openCertificateAuthority('Interop clients'),
    findFreePort(),
  ]);
  const own = await servers.issue({ subject: 'CN=127.0.0.1', usage: 'server' });
  const files = path.join(directory, 'tls');
  await mkdir(files, { mode: 0o700 });
  const write = async (name: string, content: string) => {
    const file = path.join(files, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  };
  return {
    url: `https://127.0.0.1:${port}`,
    options: [
      `--https-port=${port}`,
      `--https-certificate-file=${await write('server.pem', own.certificate)}`,
      `--https-certificate-key-file=${await write('server.key', own.key)}`,
      // A system truststore, with which Keycloak verifies the certificates of clients.
      `--truststore-paths=${await write('clients.pem', clients.certificate)}`,
    ],
    serverAuthority: servers.certificate,
    clients,
  };
}
