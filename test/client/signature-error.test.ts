import { describe, expect, it } from '@jest/globals';
import { explainSignatureError } from '../../client/signature-error.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const explain = (error: { type?: string; message?: string; date?: number }) =>
  explainSignatureError(
    { status: 403, type: '', message: '', requestId: 'r-1', date: NaN, ...error },
    NOW,
  );

describe('a refused signature', () => {
  it.each([
    ['credentials that expired', { type: 'ExpiredTokenException' }, /credentials have expired/],
    [
      'credentials that expired, by the text alone',
      { message: 'The security token included in the request is expired' },
      /credentials have expired/,
    ],
    ['a clock that is behind', { date: NOW + 10 * MINUTE }, /10 minutes behind/],
    ['a clock that is ahead', { date: NOW - 10 * MINUTE }, /10 minutes ahead/],
    [
      'another region',
      { message: 'Credential should be scoped to a valid region.' },
      /for another region/,
    ],
    [
      'another service',
      { message: "Credential should be scoped to correct service: 'execute-api'. " },
      /requires the signing service execute-api/,
    ],
    ['an unknown key', { type: 'UnrecognizedClientException' }, /the access key is unknown/],
    ['an unknown key id', { type: 'InvalidClientTokenId' }, /the access key is unknown/],
    [
      'another secret',
      { message: 'The request signature we calculated does not match' },
      /the secret does not belong to the access key/,
    ],
  ])('is explained: %s', (_, error, message) => {
    const explained = explain(error);
    expect(explained).toMatchObject({ code: 'signature_refused', status: 403, requestId: 'r-1' });
    expect(explained.message).toMatch(message);
    expect(explained.advice).not.toBe('');
  });

  it('has the text of the table if AWS does not say why, or clocks differ by little', () => {
    for (const error of [{}, { date: NOW + 4 * MINUTE }]) {
      expect(explain(error).message).toBe('AWS did not accept the signature of the request.');
    }
  });
});
