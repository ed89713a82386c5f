import { describe, expect, it } from '@jest/globals';
import { describeCertificate } from '../../../cli/credentials/describe-certificate.ts';
import { openCertificateAuthority } from '../../../local/certificate-authority.ts';

describe('a certificate in one line', () => {
  it('has subject, issuer and end', async () => {
    const authority = await openCertificateAuthority('Clients');
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);
    const wish = { subject: 'CN=orders, O=Example', usage: 'client', notAfter } as const;
    const { certificate } = await authority.issue(wish);
    const until = notAfter.toISOString().replace('.000', '');
    expect(describeCertificate(certificate)).toBe(
      `CN=orders, O=Example, by CN=Clients, until ${until}`,
    );
  });

  it('is absent for anything else', () => {
    for (const text of ['text', undefined, 7]) expect(describeCertificate(text)).toBeUndefined();
  });
});
