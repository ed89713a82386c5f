import { describe, expect, it } from '@jest/globals';
import {
  findCredentialId,
  formatCredentialId,
  parseCredentialId,
} from '../../../lib/credential/id.ts';

describe('credential id', () => {
  it('reads team and name', () => {
    expect(findCredentialId('checkout/orders-api')).toEqual({
      team: 'checkout',
      name: 'orders-api',
    });
  });

  it.each([
    'checkout',
    '/x',
    'x/',
    'A/b',
    'a/b/c',
    '-a/b',
    'a/b_c',
    `${'a'.repeat(64)}/b`,
    'a/b\n',
  ])('rejects %j and names the parameter and the rule', (text) => {
    expect(findCredentialId(text)).toBeUndefined();
    expect(() => parseCredentialId(text, 'client_id')).toThrow(/^client_id must be team\/name/);
  });

  it('formats what it read', () => {
    expect(formatCredentialId(parseCredentialId('a/b', 'client_id'))).toBe('a/b');
  });
});
