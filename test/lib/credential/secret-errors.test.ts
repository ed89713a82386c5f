import { describe, expect, it } from '@jest/globals';
import { isScheduledForDeletion, SecretsError } from '../../../lib/credential/secret-errors.ts';

const refuse = (exception: string, message = 'No.') =>
  new SecretsError({ exception, message, status: 400 });

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
