import { describe, expect, it } from '@jest/globals';
import { shortText } from '../../../lib/audit/short-text.ts';

describe('a short text', () => {
  it('is the start of a text, or all of it', () => {
    expect(shortText('abc', 2)).toBe('ab');
    expect(shortText('aé', 10)).toBe('aé');
  });

  it('is well-formed, even if the text is not, or is cut inside a character', () => {
    expect(shortText('a\ud800b', 10)).toBe('a\ufffdb');
    expect(shortText('a😀', 2)).toBe('a\ufffd');
  });
});
