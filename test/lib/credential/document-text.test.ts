import { describe, expect, it } from '@jest/globals';
import { findJsonObject, isUtf16 } from '../../../lib/credential/document-text.ts';

describe('the text of a credential document', () => {
  it.each([
    ['a JSON object', '{"a":1}', { a: 1 }],
    ['a JSON object after a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['a JSON object and a newline', '{"a":1}\r\n', { a: 1 }],
    ['a list', '[]', undefined],
    ['null', 'null', undefined],
    ['text', '"a"', undefined],
    ['no JSON', '{', undefined],
    ['nothing', '', undefined],
    ['two byte order marks', '\uFEFF\uFEFF{}', undefined],
  ])('is read if it is %s', (_, text, expected) => {
    expect(findJsonObject(text)).toEqual(expected);
  });

  const ascii = '{"client_secret":"s"}';
  const littleEndian = Buffer.from(ascii, 'utf16le');
  const withMark = Buffer.from(`\uFEFF${ascii}`, 'utf16le');
  it.each([
    ['little-endian, read as UTF-8', littleEndian.toString('utf8'), true],
    ['little-endian with a mark, read as UTF-8', withMark.toString('utf8'), true],
    ['little-endian with a mark, read as Latin-1', withMark.toString('latin1'), true],
    ['big-endian, read as UTF-8', Buffer.from(littleEndian).swap16().toString('utf8'), true],
    [
      'big-endian with a mark, read as UTF-8',
      Buffer.from(withMark).swap16().toString('utf8'),
      true,
    ],
    [
      'big-endian with a mark, read as Latin-1',
      Buffer.from(withMark).swap16().toString('latin1'),
      true,
    ],
    ['UTF-8', ascii, false],
    ['UTF-8 with a mark', `\uFEFF${ascii}`, false],
    ['UTF-8 with other letters', 'ÿ漢', false],
    ['empty', '', false],
  ])('is UTF-16 or not: %s', (_, text, expected) => {
    expect(isUtf16(text)).toBe(expected);
  });
});
