import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { pathOf } from '../framework/values/path.ts';

/**
 * Reads a file of certificate authorities.
 *
 * @throws DiagnosticError at `ca_bundle`
 */
export function readCaBundle(file: string): string {
  const pem = readIfThere(file);
  if (pem?.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new DiagnosticError({
    summary: 'ca_bundle is not usable',
    detail: `${file} ${pem === undefined ? 'cannot be read' : 'holds no certificate'}. Give the name of a file with certificates in PEM form.`,
    path: pathOf('ca_bundle'),
  });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Trusts the certificate authorities of the system, and those of a bundle. Node.js by itself trusts
 * neither, unlike providers in Go. This takes 30 to 70 ms, so it runs before the first connection
 * and not at start.
 */
export function trustCertificates(bundle: string | undefined): void {
  // Node.js has these functions from 22.19 and 24.5 on. With an older version NODE_EXTRA_CA_CERTS
  // remains.
  if (typeof tls.setDefaultCACertificates !== 'function') return;
  const known = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
  tls.setDefaultCACertificates(bundle === undefined ? known : [...known, bundle]);
}
