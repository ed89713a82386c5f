import { describe, expect, it } from '@jest/globals';
import { numberOf, readScope } from '../../../lib/grant/read-member.ts';

describe('a member of a response', () => {
  it.each([
    [5, 5],
    [5.5, 5.5],
    ['5', 5],
    [' 5.5 ', 5.5],
    ['-1', -1],
    [1e300, 8_640_000_000_000],
    [Number.NEGATIVE_INFINITY, -8_640_000_000_000],
    ['99999999999999999999', 8_640_000_000_000],
    [Number.NaN, undefined],
    ['', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    [true, undefined],
    [null, undefined],
  ])('is read as a number: %j is %s', (value, expected) => {
    expect(numberOf(value)).toBe(expected);
  });

  it.each<[unknown, string[] | undefined]>([
    ['b a', ['a', 'b']],
    [' b  a\n', ['a', 'b']],
    [
      ['b', 'a c', 'a'],
      ['a', 'b', 'c'],
    ],
    ['', []],
    [[], []],
    [null, undefined],
    [undefined, undefined],
  ])('is read as scopes: %j is %j', (value, expected) => {
    expect(readScope(value, 'scope')).toEqual(expected);
  });

  it.each([5, {}, [5], true, 'a"b', 'a\\b', 'ä'])('is refused as scopes: %j', (value) => {
    expect(() => readScope(value, 'scope')).toThrow(/scope must be scopes/);
  });
});
