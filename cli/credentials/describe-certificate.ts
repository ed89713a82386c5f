import { X509Certificate } from 'node:crypto';
import { expiryOf } from '../../lib/credential/client-certificate.ts';
import { formatInstant } from '../../lib/time/instant.ts';

/**
 * The first certificate of PEM in one line: subject, issuer and when it or one of its issuers
 * expires.
 *
 * @returns `undefined` if it is no certificate
 */
export function describeCertificate(pem: unknown): string | undefined {
  try {
    const certificate = String(pem);
    const { subject, issuer } = new X509Certificate(certificate);
    const until = formatInstant(expiryOf({ certificate }));
    return `${oneLine(subject)}, by ${oneLine(issuer)}, until ${until}`;
  } catch {
    return undefined;
  }
}

// Node.js writes each part of a name in a line of its own.
function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
