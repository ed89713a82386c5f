import { describe, expect, it } from '@jest/globals';
import { judgeCertificate } from '../../../cli/doctor/certificate.ts';

const DAY = 86_400_000;
const now = Date.UTC(2031, 0, 1);
const expiringIn = (days: number) =>
  judgeCertificate('enabled', { certificate_expires_at: (now + days * DAY) / 1000 }, now);

describe('the client certificate of a credential', () => {
  it('is not mentioned if there is none', () => {
    expect(judgeCertificate('enabled', {}, now)).toEqual({ result: 'pass', detail: 'enabled' });
  });

  it('is shown with its end', () => {
    expect(expiringIn(30)).toEqual({
      result: 'pass',
      detail: 'enabled; client certificate until 2031-01-31T00:00:00Z',
    });
  });

  it('is a warning in its last 30 days', () => {
    expect(expiringIn(29.5)).toEqual({
      result: 'warn',
      detail: 'enabled; its client certificate expires in 29 days, at 2031-01-30T12:00:00Z',
      remedy: expect.stringContaining('credentials edit'),
    });
  });

  it('fails the check once it has expired', () => {
    expect(expiringIn(0)).toMatchObject({
      result: 'fail',
      detail: 'The client certificate expired at 2031-01-01T00:00:00Z.',
      code: 'credential_invalid',
    });
  });
});
