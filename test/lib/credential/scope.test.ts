import { describe, expect, it } from '@jest/globals';
import { isScopeToken, splitScope } from '../../../lib/credential/scope.ts';

describe('scope', () => {
  it('is split into sorted tokens without repeats', () => {
    expect(splitScope('b a b')).toEqual(['a', 'b']);
    expect(splitScope('')).toEqual([]);
  });

  it('keeps invalid tokens, which are then rejected', () => {
    expect(splitScope('a  b')).toEqual(['', 'a', 'b']);
    expect(isScopeToken('')).toBe(false);
  });

  it.each(['orders:read', '!', 'a'.repeat(256)])('has %s as a token', (token) => {
    expect(isScopeToken(token)).toBe(true);
  });

  it.each(['a b', 'a"', 'a\\b', 'é', 'a\n', 'a'.repeat(257)])(
    'does not have %j as a token',
    (token) => {
      expect(isScopeToken(token)).toBe(false);
    },
  );
});
