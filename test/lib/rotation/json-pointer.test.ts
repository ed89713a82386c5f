import { describe, expect, it } from '@jest/globals';
import { findValue, isPointer, withValue } from '../../../lib/rotation/json-pointer.ts';

const json = { a: [{ id: 'x' }], 'b/c': { 'd~e': 5 }, nothing: null, '': 'empty' };

describe('a JSON pointer', () => {
  it.each([
    ['', json],
    ['/a/0/id', 'x'],
    ['/b~1c/d~0e', 5],
    ['/nothing', null],
    ['/', 'empty'],
    ['/a/1/id', undefined],
    ['/nothing/more', undefined],
    ['/a/length/x', undefined],
    ['/__proto__', undefined],
  ])('finds %j', (pointer, value) => {
    expect(findValue(json, pointer)).toEqual(value);
  });

  it('sets a value in a copy', () => {
    expect(withValue(json, '/a/0/id', 'y')).toEqual({ ...json, a: [{ id: 'y' }] });
    expect(withValue({}, '/new/one', 1)).toEqual({ new: { one: 1 } });
    expect(withValue({ text: 'x' }, '/text/in', 1)).toEqual({ text: { in: 1 } });
    expect(withValue(json, '', 'whole')).toBe('whole');
    expect(json.a).toEqual([{ id: 'x' }]);
  });

  it('begins with a slash or is empty, and has a rule for tildes', () => {
    expect(['', '/a', '/a~1b', '/'].map(isPointer)).toEqual([true, true, true, true]);
    expect(['a', '/a~2', '/~'].map(isPointer)).toEqual([false, false, false]);
  });
});
