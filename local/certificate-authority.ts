import { KeyObject, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type PublicKeyType,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with its key, as PEM. */
export interface IssuedCertificate {
  /** The certificate, then that of its issuer. */
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  /** `CN=orders`. */
  readonly subject: string;
  readonly usage: 'client' | 'server';
  /** Default: a day from now. */
  readonly notAfter?: Date;
}

/** A certificate authority of the local system. Its keys end with the process. */
export interface CertificateAuthority {
  /** PEM of its own certificate. */
  readonly certificate: string;
  issue(wish: CertificateWish): Promise<IssuedCertificate>;
}

const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 3600 * 1000;

/**
 * A new authority with a P-256 key (RFC 5280). Certificates for servers are valid for `localhost`
 * and `127.0.0.1`.
 */
export async function openCertificateAuthority(name: string): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const subject = `CN=${name}`;
  const own = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: subject,
    keys,
    signingAlgorithm: KEY,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    certificate: own.toString('pem'),
    async issue({ usage, notAfter, subject: holder }) {
      const { publicKey, privateKey } = await generateKeys();
      const issued = await X509CertificateGenerator.create({
        ...validity(notAfter),
        subject: holder,
        issuer: subject,
        publicKey: publicKey as PublicKeyType,
        signingKey: keys.privateKey,
        signingAlgorithm: KEY,
        extensions: extensionsOf(usage),
      });
      const certificate = `${issued.toString('pem')}\n${own.toString('pem')}\n`;
      return { certificate, key: toPem(privateKey) };
    },
  };
}

/** A certificate that its own key signs (RFC 8705 section 2.2). */
export async function issueSelfSigned(subject: string): Promise<IssuedCertificate> {
  const keys = await generateKeys();
  const own = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: subject,
    keys,
    signingAlgorithm: KEY,
    extensions: extensionsOf('client'),
  });
  return { certificate: `${own.toString('pem')}\n`, key: toPem(keys.privateKey) };
}

function validity(notAfter = new Date(Date.now() + DAY)) {
  // The clocks of the two sides may differ, and an expired certificate has to begin before it ends.
  return { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - DAY), notAfter };
}

function extensionsOf(usage: CertificateWish['usage']) {
  const names = [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ] as const;
  return [
    new ExtendedKeyUsageExtension([
      usage === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth,
    ]),
    ...(usage === 'client' ? [] : [new SubjectAlternativeNameExtension([...names])]),
  ];
}

async function generateKeys() {
  return await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
}

function toPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }) as string;
}
