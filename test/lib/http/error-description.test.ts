import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toErrorDescription } from '../../../lib/http/error-description.ts';

describe('error_description', () => {
  it('has the characters of RFC 6749 section 5.2, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toErrorDescription(text)).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]*$/);
      }),
    );
  });

  it('stays legible', () => {
    expect(toErrorDescription(' say "a\\b" ö\n')).toBe("say 'a/b' ??");
    expect(toErrorDescription('plain text: x_1 (y).')).toBe('plain text: x_1 (y).');
  });
});
