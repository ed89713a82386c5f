import { describe, expect, it } from '@jest/globals';
import { isAccessToken, isScopeToken } from '../../../lib/http/token-syntax.ts';

describe('a scope', () => {
  it.each(['orders:read', '!', 'a'.repeat(256)])('has %s as a token', (token) => {
    expect(isScopeToken(token)).toBe(true);
  });

  it.each(['a b', 'a"', 'a\\b', 'é', 'a\n', 'a'.repeat(257), ''])(
    'does not have %j as a token',
    (token) => {
      expect(isScopeToken(token)).toBe(false);
    },
  );
});

describe('an access token', () => {
  it.each(['t', '-._~+/=', '!"#\\'])('may be %s', (token) => {
    expect(isAccessToken(token)).toBe(true);
  });

  it.each([
    '',
    'a b',
    'a\u0000b',
    'a\r\nX-Injected: b',
    'a\n',
    'a\u001b[2J',
    'a\u007f',
    '\ud800',
    'é',
  ])('must not be %j', (token) => {
    expect(isAccessToken(token)).toBe(false);
  });
});
