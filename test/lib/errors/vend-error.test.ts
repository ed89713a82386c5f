import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../lib/errors/coded-error.ts';
import { errorTable } from '../../../lib/errors/error-table.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';

describe('error of the core', () => {
  it('has the text of its row, unless it is given another', () => {
    const plain = new VendError('upstream_timeout');
    expect(plain).toMatchObject({
      message: errorTable.upstream_timeout.text,
      advice: errorTable.upstream_timeout.advice,
      retryable: true,
      final: false,
      row: errorTable.upstream_timeout,
    });
    const told = new VendError('method_unknown', { says: 'No.', advice: 'Do.', allow: 'POST' });
    expect(told).toMatchObject({ message: 'No.', advice: 'Do.', allow: 'POST', retryable: false });
  });

  it('can have other advice', () => {
    const details = {
      says: 'No.',
      retryAfter: 7,
      detail: 'private',
      cause: 'a cause',
      final: true,
    };
    const conceals = new VendError('policy_denied');
    const error = new VendError('upstream_unavailable', {
      ...details,
      ...{ allow: 'POST', stage: 'token', mayBeRefusal: true },
      conceals,
    });
    const { stack: _, ...members } = error.withAdvice('Call the owner.');
    expect(members).toEqual({ ...members, ...error, advice: 'Call the owner.' });
    expect(error.withAdvice('x')).toMatchObject({ message: 'No.', cause: 'a cause' });
  });

  it('can forbid retries within the request', () => {
    const error = new VendError('secrets_unavailable', { says: 'No.', cause: 'a cause' });
    expect(error.asFinal()).toMatchObject({
      code: 'secrets_unavailable',
      message: 'No.',
      cause: 'a cause',
      retryable: true,
      final: true,
    });
  });

  it('is itself, or internal', () => {
    const own = new VendError('policy_denied');
    expect(VendError.from(own)).toBe(own);
    const bug = VendError.from('thrown');
    expect(bug).toMatchObject({ code: 'internal', cause: 'thrown' });
    expect(bug).toBeInstanceOf(CodedError);
  });
});
