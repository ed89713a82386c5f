import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../../../provider/framework/process/certificate.ts';

const COUNT = 2000;

describe("a provider's certificate", () => {
  it('is self-signed, for localhost, for servers and clients, and valid for a run of any length', () => {
    const now = new Date('2026-03-01T12:00:00Z');
    const { certPem } = makeCertificate(now);
    const certificate = new X509Certificate(certPem);
    expect(certificate.subject).toBe('CN=localhost');
    expect(certificate.subjectAltName).toBe('DNS:localhost');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.ca).toBe(true);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(certificate.validFromDate).toEqual(new Date('2026-03-01T11:00:00Z'));
    expect(certificate.validToDate).toEqual(new Date('2026-03-31T12:00:00Z'));
  });

  // Lengths vary with each signature, and a PEM with wrong wrapping fails at some of them only.
  it(`is taken by OpenSSL, and by Terraform's way of sending it, ${COUNT} times of ${COUNT}`, () => {
    const serials = new Set<string>();
    const lengths = new Set<number>();
    for (let made = 0; made < COUNT; made += 1) {
      const { der, certPem, keyPem } = makeCertificate();
      createSecureContext({ cert: certPem, key: keyPem, ca: certPem });
      const unpadded = der.toString('base64').replace(/=+$/, '');
      const certificate = new X509Certificate(Buffer.from(unpadded, 'base64'));
      serials.add(certificate.serialNumber);
      lengths.add(der.length);
    }
    expect(serials.size).toBe(COUNT);
    expect(lengths.size).toBeGreaterThan(1);
  });
});
