import { describe, expect, it } from '@jest/globals';
import { describeFittingKey, kmsErrorOf } from '../../../lib/signing/kms-error.ts';

const kid = '1234abcd-12ab-34cd-56ef-1234567890ab';
const key = { kmsKeyId: `arn:aws:kms:eu-north-1:111122223333:key/${kid}`, alg: 'ES256' };
const named = (name: string) => Object.assign(new Error('a text of AWS'), { name });

describe('an error of AWS KMS', () => {
  it.each([
    ['AccessDeniedException', /does not permit kms:Sign/, /policy of the key/],
    ['DisabledException', /is disabled/, /Enable the key/],
    ['KMSInvalidStateException', /current state/, /cancel the deletion/],
    ['NotFoundException', /There is no KMS key/, /needs its ARN/],
    ['InvalidArnException', /There is no KMS key/, /another Region/],
    ['InvalidKeyUsageException', /cannot sign with ES256/, /spec ECC_NIST_P256/],
    ['UnsupportedOperationException', /cannot sign with ES256/, /kms_key_id/],
    ['ValidationException', /cannot sign with ES256/, /kms_key_id/],
  ])(
    '%s has its own text and remedy, with the kid and without the account',
    (name, says, advice) => {
      const error = kmsErrorOf(named(name), key);
      expect(error).toMatchObject({ code: 'credential_invalid', retryable: false, detail: name });
      expect(error.message).toMatch(says);
      expect(error.message).toContain(kid);
      expect(error.advice).toMatch(advice);
      expect(error.message + error.advice).not.toMatch(/111122223333|a text of AWS/);
    },
  );

  it.each(['KeyUnavailableException', 'DependencyTimeoutException', 'KMSInternalException'])(
    '%s may pass',
    (name) => {
      expect(kmsErrorOf(named(name), key)).toMatchObject({ code: 'secrets_unavailable' });
    },
  );
});

describe('the keys that fit an algorithm', () => {
  it('are stated by usage and spec', () => {
    expect(describeFittingKey('RS256')).toBe(
      'RS256 needs a key of usage SIGN_VERIFY and spec RSA_2048 or RSA_3072 or RSA_4096',
    );
  });
});
