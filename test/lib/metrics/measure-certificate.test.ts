import { beforeAll, describe, expect, it } from '@jest/globals';
import { expiryOf } from '../../../lib/credential/client-certificate.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { measureCertificate } from '../../../lib/metrics/measure-certificate.ts';
import { type IssuedCertificate, issueSelfSigned } from '../../../local/certificate-authority.ts';
import { certified, DOCUMENT } from '../../support/fake-ports.ts';

const DAY = 86_400_000;
let own: IssuedCertificate;

beforeAll(async () => {
  own = await issueSelfSigned('CN=orders');
});

const measured = (document: object, now: number) =>
  measureCertificate(
    {
      id: { team: 'checkout', name: 'orders-api' },
      document: parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false }),
      versionId: 'v1',
      writtenAt: 0,
    },
    now,
  );

describe('the days left of a client certificate', () => {
  it('are measured by credential, in whole days', () => {
    const expiry = expiryOf(own);
    const dimensions = { Credential: 'checkout/orders-api' };
    for (const [now, value] of [
      [expiry - 30 * DAY, 30],
      [expiry - DAY - 1, 1],
      [expiry + 1, -1],
    ] as const)
      expect(measured(certified(own), now)).toEqual([
        { metric: 'certificateDaysLeft', value, dimensions },
      ]);
  });

  it('are not measured without a certificate, or while the credential is disabled', () => {
    expect(measured(DOCUMENT, Date.now())).toEqual([]);
    expect(measured({ ...certified(own), status: 'disabled' }, Date.now())).toEqual([]);
  });
});
