import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { issueSelfSigned, openCertificateAuthority } from '../../local/certificate-authority.ts';

describe('a certificate authority of the local system', () => {
  it('issues certificates whose key and issuer can be checked', async () => {
    const authority = await openCertificateAuthority('Local clients');
    const notAfter = new Date('2001-01-01T00:00:00Z');
    const issued = await authority.issue({ subject: 'CN=orders', usage: 'client', notAfter });
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.subject).toBe('CN=orders');
    expect(certificate.validToDate).toEqual(notAfter);
    expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });

  it('names loopback in certificates of servers', async () => {
    const authority = await openCertificateAuthority('Local servers');
    const { certificate } = await authority.issue({ subject: 'CN=server', usage: 'server' });
    expect(new X509Certificate(certificate).checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  it('makes certificates that their own key signs', async () => {
    const certificate = new X509Certificate((await issueSelfSigned('CN=alone')).certificate);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });
});
