import { createPrivateKey, hash, X509Certificate } from 'node:crypto';
import * as v from 'valibot';

/** The certificate that a client presents in the TLS handshake (RFC 8705), as PEM. */
export interface ClientCertificate {
  /** The client's own certificate first, then those of its issuers (RFC 8446 section 4.4.2). */
  readonly certificate: string;
  readonly key: string;
}

// A chain of ten certificates of RSA 4096 has 20 KB. A secret has at most 64 KB.
const MAX_PEM = 32_768;

const CERTIFICATE_RULE =
  'must be PEM text of at most 32768 characters: the certificate of the client, then those of its issuers';

export const certificateSchema = v.pipe(
  v.string(CERTIFICATE_RULE),
  v.maxLength(MAX_PEM, CERTIFICATE_RULE),
  v.check((pem) => certificatesOf(pem) !== undefined, CERTIFICATE_RULE),
);

const KEY_RULE =
  'must be PEM text of at most 32768 characters: a private key that no password protects';

export const certificateKeySchema = v.pipe(
  v.string(KEY_RULE),
  v.maxLength(MAX_PEM, KEY_RULE),
  v.check((pem) => findKey(pem) !== undefined, KEY_RULE),
);

/** Whether a key is that of the first certificate. Both are valid PEM. */
export function isKeyOf({ certificate, key }: ClientCertificate): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

/** SHA-256 (base64url) of a client's own certificate: `x5t#S256` of RFC 8705 section 3.1. */
export function thumbprintOf({ certificate }: Pick<ClientCertificate, 'certificate'>): string {
  return hash('sha256', new X509Certificate(certificate).raw, 'base64url');
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesOf(pem: string): X509Certificate[] | undefined {
  try {
    const blocks = pem.match(BLOCK);
    return blocks?.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

function findKey(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
