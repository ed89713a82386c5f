import { describe, expect, it } from '@jest/globals';
import { SecretsError } from '../../../lib/credential/secret-errors.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import {
  isException,
  isGone,
  readFailure,
  writeFailure,
} from '../../../lib/registry/secrets-failure.ts';

const error = (exception: string, message = 'No.') =>
  new SecretsError({ exception, message, status: 400 });

describe('an error of Secrets Manager', () => {
  it('is retryable, and names its exception for operators only', () => {
    const failure = readFailure(error('ThrottlingException'));
    expect(failure).toMatchObject({
      code: 'secrets_unavailable',
      retryable: true,
      detail: 'ThrottlingException',
      message: 'The credential could not be read from Secrets Manager.',
    });
    expect(writeFailure(new TypeError('x'))).toMatchObject({
      detail: 'TypeError',
      message: 'The credential could not be written to Secrets Manager.',
    });
    expect(readFailure('x').detail).toBe('unknown');
  });

  it('stays an error of ours', () => {
    const ours = new VendError('version_conflict');
    expect(writeFailure(ours)).toBe(ours);
  });

  it('says whether the secret is there', () => {
    expect(isGone(error('ResourceNotFoundException'))).toBe(true);
    expect(isGone(error('InvalidRequestException', 'it was marked for deletion'))).toBe(true);
    expect(isGone(error('InvalidRequestException'))).toBe(false);
    expect(isException(new Error('x'), 'ThrottlingException')).toBe(false);
  });
});
