import { describe, expect, it } from '@jest/globals';
import { webIdentityErrorOf } from '../../../lib/signing/web-identity-error.ts';

const request = { audience: 'https://auth.example.com', alg: 'ES384' };
const named = (name: string) => Object.assign(new Error('a text of AWS'), { name });

describe('an error of AWS STS', () => {
  it.each([
    ['AccessDenied', /for the audience https:\/\/auth.example.com and ES384/, /configuration/],
    ['OutboundWebIdentityFederationDisabledException', /is disabled/, /enable-outbound-web-/],
    ['OutboundWebIdentityFederationDisabled', /is disabled/, /issuer URL/],
    ['JWTPayloadSizeExceededException', /larger than AWS permits/, /Remove tags/],
    ['SessionDurationEscalationException', /session of the function's role ends/, /Wait/],
    ['RegionDisabledException', /not activated in the Region/, /Activate the Region/],
  ])('%s has its own text and remedy', (name, says, advice) => {
    const error = webIdentityErrorOf(named(name), request);
    expect(error).toMatchObject({ code: 'credential_invalid', detail: name });
    expect(error.message).toMatch(says);
    expect(error.advice).toMatch(advice);
  });

  it('is retryable if AWS throttles', () => {
    expect(webIdentityErrorOf(named('Throttling'), request)).toMatchObject({
      code: 'secrets_unavailable',
      message: 'AWS STS limits the rate of requests.',
    });
  });
});
