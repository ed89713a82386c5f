import { describe, expect, it } from '@jest/globals';
import { signingErrorOf, signingTimeout } from '../../../lib/signing/aws-error.ts';

const refusals = { AccessDenied: { says: 'AWS does not permit it.', advice: 'Permit it.' } };
const named = (name: string) => Object.assign(new Error('a text of AWS'), { name });
const read = (error: unknown) => signingErrorOf('AWS KMS', error, refusals);

describe('an error of a service that signs', () => {
  it.each(['AccessDenied', 'AccessDeniedException'])('is a refusal if its name is %s', (name) => {
    expect(read(named(name))).toMatchObject({
      code: 'credential_invalid',
      message: 'AWS does not permit it.',
      advice: 'Permit it.',
      detail: name,
    });
  });

  it.each(['Throttling', 'ThrottlingException', 'LimitExceededException'])(
    'is retryable if AWS throttles (%s)',
    (name) => {
      expect(read(named(name))).toMatchObject({
        code: 'secrets_unavailable',
        retryable: true,
        message: 'AWS KMS limits the rate of requests.',
      });
    },
  );

  it.each([
    ['KMSInternalException', named('KMSInternalException')],
    ['unknown', 'no error'],
    ['toString', named('toString')],
  ])('is retryable otherwise (%s), and its text is not shown', (detail, error) => {
    const translated = read(error);
    expect(translated).toMatchObject({
      code: 'secrets_unavailable',
      message: 'AWS KMS is failing or cannot be reached.',
      detail,
    });
    expect(JSON.stringify(translated) + String(translated.cause)).not.toContain('a text of AWS');
  });

  it('says that the service did not respond', () => {
    expect(signingTimeout('AWS STS')).toMatchObject({
      code: 'secrets_unavailable',
      message: 'AWS STS did not respond in time.',
    });
  });
});
