import { describe, expect, it } from '@jest/globals';
import { dynamic, list, number, set, string } from '../../../provider/framework/schema/type.ts';
import { jsonToDynamic } from '../../../provider/framework/values/json-dynamic.ts';
import { Dynamic, UNKNOWN, type Value } from '../../../provider/framework/values/value.ts';
import {
  fromDocumentValue,
  isSameInDocument,
  toDocumentValue,
} from '../../../provider/tokenvending/document-value.ts';

const PARAMETERS = { account_id: 'a', tag: ['b', 'c'] };

describe('the value of an attribute', () => {
  it.each([
    ['text', string, 'a', 'a'],
    ['a number', number, 3, 3],
    ['a set, as text', set(string), ['b', 'a'], 'a b'],
    ['a list', list(string), ['b', 'a'], ['b', 'a']],
    ['an object of any type', dynamic, jsonToDynamic(PARAMETERS), PARAMETERS],
    ['an object without its nulls', dynamic, jsonToDynamic({ a: 'b', c: null }), { a: 'b' }],
    ['nothing, if it is null', string, null, undefined],
    ['nothing, if it is unknown', string, UNKNOWN, undefined],
    ['nothing, if a part is unknown', set(string), ['a', UNKNOWN], undefined],
  ] as const)('is %s in a document', (_, type, value, expected) => {
    expect(toDocumentValue(type.cty, value as Value)).toEqual(expected);
  });
});

describe('a value of a document', () => {
  it.each([
    ['text', string, 'a', 'a'],
    ['a number', number, 3, 3],
    ['text for a set', set(string), 'b a', ['b', 'a']],
    ['text for a list', list(string), 'a', ['a']],
    ['an object', dynamic, PARAMETERS, jsonToDynamic(PARAMETERS)],
    ['an absent object', dynamic, undefined, null],
    ['null', dynamic, null, null],
    ['a number for text', string, 3, null],
    ['text for a number', number, '3', null],
    ['a number for a set', set(string), 3, null],
    ['a number for a list', list(string), 3, null],
  ] as const)('is read if it has the type of the attribute: %s', (_, type, value, expected) => {
    expect(fromDocumentValue(type.cty, value)).toEqual(expected);
  });
});

describe('two values', () => {
  const asMap = new Dynamic({ kind: 'map', element: { kind: 'string' } }, { b: '2', a: '1' });

  it('are the same in a document if only their types differ', () => {
    expect(isSameInDocument(asMap, jsonToDynamic({ a: '1', b: '2' }))).toBe(true);
    expect(isSameInDocument(asMap, jsonToDynamic({ a: '1', b: '3' }))).toBe(false);
    expect(isSameInDocument(asMap, null)).toBe(false);
  });
});
