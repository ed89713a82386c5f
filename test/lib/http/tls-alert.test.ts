import { describe, expect, it } from '@jest/globals';
import { findTlsAlert } from '../../../lib/http/tls-alert.ts';

const TEXT = 'SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:rec_layer_s3.c:916:';

describe('the alert of a TLS server', () => {
  it.each<[what: string, message: string, alert: number | undefined]>([
    ['in TLS 1.3', `40DD:error:0A000418:${TEXT}`, 48],
    ['in TLS 1.2', `write EPROTO 40DD:error:0A000418:${TEXT}`, 48],
    ['the largest that is registered', 'x:error:0A00045C:SSL routines:', 116],
    ['of no reason that is an alert', 'x:error:0A0000C1:SSL routines::no shared cipher', undefined],
    ['beyond alerts', 'x:error:0A0004E8:SSL routines:', undefined],
    ['of another library', 'x:error:06000418:public key routines:', undefined],
    ['of no error of OpenSSL', 'socket hang up', undefined],
  ])('is in the number of its error: %s', (_what, message, alert) => {
    expect(findTlsAlert(new Error(message))).toBe(alert);
  });

  it('is not in anything else that is thrown', () => {
    expect(findTlsAlert(undefined)).toBeUndefined();
  });
});
