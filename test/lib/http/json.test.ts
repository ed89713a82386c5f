import { expect, it } from '@jest/globals';
import { isJsonObject, parseJson } from '../../../lib/http/json.ts';

it.each<[string, unknown]>([
  ['{"a":1}', { a: 1 }],
  ['\uFEFF[]', []],
  ['null', null],
  ['x', undefined],
  ['', undefined],
])('reads %j', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

it('tells objects from other JSON', () => {
  expect(['{}', '[]', 'null', '5', 'x'].map((text) => isJsonObject(parseJson(text)))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
