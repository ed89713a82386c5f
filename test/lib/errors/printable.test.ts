import { describe, expect, it } from '@jest/globals';
import { printable } from '../../../lib/errors/printable.ts';

describe('a text from outside', () => {
  it.each([
    ['plain text, ä and 日本', 'plain text, ä and 日本'],
    ['\u001b[31mred\u001b[0m', ' [31mred [0m'],
    ['two\r\nlines\u2028more', 'two lines more'],
    ['right\u202eto left', 'right to left'],
    ['a\u009b2Jb\u200bc', 'a 2Jb c'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
