import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import {
  certificateKeySchema,
  certificateSchema,
  expiryOf,
  isKeyOf,
  requireCurrent,
} from '../../../lib/credential/client-certificate.ts';
import {
  type IssuedCertificate,
  issueSelfSigned,
  openCertificateAuthority,
} from '../../../local/certificate-authority.ts';

let issued: IssuedCertificate;

beforeAll(async () => {
  const authority = await openCertificateAuthority('Clients');
  issued = await authority.issue({ subject: 'CN=orders', usage: 'client' });
});

describe('the certificate of a client', () => {
  it('is PEM, with those of its issuers', () => {
    expect(v.safeParse(certificateSchema, issued.certificate).success).toBe(true);
  });

  it.each<[what: string, text: unknown]>([
    ['no text', 7],
    ['no PEM', 'certificate'],
    ['PEM of something else', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['too long', '-'.repeat(32_769)],
  ])('is rejected: %s', (_what, text) => {
    expect(v.safeParse(certificateSchema, text).issues?.[0].message).toMatch(/must be PEM text/);
  });
});

describe('the key of a certificate', () => {
  it('belongs to the first certificate', async () => {
    expect(v.safeParse(certificateKeySchema, issued.key).success).toBe(true);
    expect(isKeyOf(issued)).toBe(true);
    const { key } = await issueSelfSigned('CN=other');
    expect(isKeyOf({ certificate: issued.certificate, key })).toBe(false);
  });

  it('is rejected if a password protects it, or if it is no private key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const protect = { cipher: 'aes-256-cbc', passphrase: 'x' };
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...protect });
    const open = publicKey.export({ type: 'spki', format: 'pem' });
    for (const text of [pem, open, 'key', 7])
      expect(v.safeParse(certificateKeySchema, text).issues?.[0].message).toMatch(
        /a private key that no password protects/,
      );
  });
});

describe('the dates of a certificate', () => {
  const notAfter = new Date(Date.UTC(2031, 0, 31, 12));

  it('end with the first certificate of the chain that expires', async () => {
    const authority = await openCertificateAuthority('Clients');
    const long = await authority.issue({ subject: 'CN=orders', usage: 'client', notAfter });
    // The authority's own certificate is valid for a day.
    expect(expiryOf(long)).toBeLessThan(Date.now() + 2 * 24 * 3600 * 1000);
    const [own = ''] = long.certificate.split(/(?<=-----END CERTIFICATE-----)/);
    expect(expiryOf({ certificate: own })).toBe(notAfter.getTime());
  });

  it('are named before a server refuses the certificate', async () => {
    const { certificate, key } = await issueSelfSigned('CN=orders');
    const day = 24 * 3600 * 1000;
    const now = Date.now();
    const check = (at: number) => () => requireCurrent({ certificate, key }, at);
    expect(check(now)).not.toThrow();
    expect(check(now + 2 * day)).toThrow(
      /^tls_client_certificate of the credential document expired at \d{4}-\d\d-\d\dT[\d:]{8}Z\.$/,
    );
    expect(check(now - 2 * day)).toThrow(/document is not valid before \d{4}-[-\dT:]+Z\.$/);
  });
});
