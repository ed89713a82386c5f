import { createPrivateKey, hash, X509Certificate } from 'node:crypto';
import * as v from 'valibot';
import { VendError } from '../errors/vend-error.ts';
import { formatInstant } from '../time/instant.ts';

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

/**
 * When the first certificate to expire does so, of the client and its issuers (milliseconds since
 * the Unix epoch). A server refuses the client from then on.
 */
export function expiryOf({ certificate }: Pick<ClientCertificate, 'certificate'>): number {
  return Math.min(...validityOf(certificate).map(({ until }) => until));
}

/**
 * Checks the dates before a server does: its alert does not say which date is wrong.
 *
 * @param now milliseconds since the Unix epoch
 * @throws VendError `credential_invalid` with the date
 */
export function requireCurrent(certificate: ClientCertificate, now: number): void {
  const from = Math.max(...validityOf(certificate.certificate).map((validity) => validity.from));
  const until = expiryOf(certificate);
  if (until < now)
    throw unusable(
      `expired at ${formatInstant(until)}`,
      'Have another certificate issued, and store it with its key in the credential document.',
    );
  if (from > now)
    throw unusable(
      `is not valid before ${formatInstant(from)}`,
      'Store the certificate that is valid now in the credential document, or wait.',
    );
}

function unusable(why: string, advice: string): VendError {
  return new VendError('credential_invalid', {
    says: `tls_client_certificate of the credential document ${why}.`,
    advice,
  });
}

function validityOf(pem: string): readonly { readonly from: number; readonly until: number }[] {
  return (certificatesOf(pem) as X509Certificate[]).map(({ validFrom, validTo }) => ({
    from: Date.parse(validFrom),
    until: Date.parse(validTo),
  }));
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
