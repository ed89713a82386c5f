import { describe, expect, it } from '@jest/globals';
import {
  isScheduledForDeletion,
  SecretsError,
  WriteUnconfirmed,
} from '../../../lib/credential/secret-errors.ts';

const NAME = 'token-vending/support/crm-api';
const refuse = (exception: string, message = 'No.') =>
  new SecretsError({ exception, message, status: 400 }, NAME);

describe('an error response of Secrets Manager', () => {
  it.each([
    ['AccessDeniedException', 'No.', `Use an identity that may do this to secret:${NAME}-*.`],
    ['ResourceExistsException', 'No.', 'import it, or store a new version'],
    [
      'InvalidRequestException',
      'You cannot do this: it was marked for deletion.',
      `aws secretsmanager restore-secret --secret-id ${NAME}`,
    ],
    ['InvalidRequestException', 'No.', 'See the message of AWS above.'],
    ['ExpiredTokenException', 'No.', 'Sign in to AWS again'],
    ['UnrecognizedClientException', 'No.', 'Sign in to AWS again'],
    ['ThrottlingException', 'No.', 'See the exception'],
  ])('of %s (%s) has its advice', (exception, message, advice) => {
    expect(refuse(exception, message)).toMatchObject({
      exception,
      message,
      advice: expect.stringContaining(advice),
    });
  });
});

describe('a secret that is scheduled for deletion', () => {
  it.each([
    ['a refusal that names the deletion', refuse('InvalidRequestException', 'deletion'), true],
    ['another invalid request', refuse('InvalidRequestException'), false],
    ['another exception', refuse('ThrottlingException', 'deletion'), false],
    ['an error of the connection', new Error('deletion'), false],
  ])('shows in %s: %#', (_, error, expected) => {
    expect(isScheduledForDeletion(error)).toBe(expected);
  });
});

describe('a write that is unconfirmed', () => {
  it('names the operation, if there was no response', () => {
    const error = new WriteUnconfirmed('CreateSecret', NAME, new Error('socket hang up'));
    expect(error).toMatchObject({
      message: `Secrets Manager did not respond to CreateSecret of ${NAME}.`,
      response: undefined,
    });
  });

  it('states the response', () => {
    const response = refuse('InternalServiceError');
    expect(new WriteUnconfirmed('CreateSecret', NAME, response)).toMatchObject({
      message: 'Secrets Manager: No. (InternalServiceError)',
      response,
    });
  });
});
