import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import {
  certificateKeySchema,
  certificateSchema,
  isKeyOf,
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
