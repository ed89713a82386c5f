import { describe, expect, it } from '@jest/globals';
import { splitScope } from '../../../lib/credential/scope.ts';

describe('scope', () => {
  it('is split into sorted tokens without repeats', () => {
    expect(splitScope('b a b')).toEqual(['a', 'b']);
    expect(splitScope('')).toEqual([]);
  });

  it('keeps invalid tokens, which are then rejected', () => {
    expect(splitScope('a  b')).toEqual(['', 'a', 'b']);
  });
});
