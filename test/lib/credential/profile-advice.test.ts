import { describe, expect, it } from '@jest/globals';
import { generic, toServerProfile } from '../../../lib/credential/profile.ts';
import { adviceOf, withAdvice } from '../../../lib/credential/profile-advice.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';

const profile = toServerProfile('acme', { advice: { target_refused: 'Register the audience.' } });

describe('the advice of a server profile', () => {
  it('is for one code', () => {
    expect(adviceOf({ profile }, 'target_refused')).toBe('Register the audience.');
    expect(adviceOf({ profile }, 'scope_refused')).toBeUndefined();
    expect(adviceOf({ profile: generic }, 'target_refused')).toBeUndefined();
  });

  it('follows the advice of the error', () => {
    const error = new VendError('target_refused', { advice: 'Request a listed audience.' });
    expect(withAdvice(error, { profile })).toMatchObject({
      code: 'target_refused',
      message: error.message,
      advice: 'Request a listed audience. Register the audience.',
    });
  });

  it('changes no other error', () => {
    const refused = new VendError('scope_refused');
    const bug = new TypeError('a bug');
    expect(withAdvice(refused, { profile })).toBe(refused);
    expect(withAdvice(bug, { profile })).toBe(bug);
  });
});
