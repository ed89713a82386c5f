import { describe, expect, it } from '@jest/globals';
import { iamResource } from '../../../provider/hiiretail/iam-resource.ts';
import { findInexactInteger, sameJson } from '../../../provider/hiiretail/json-text.ts';

const errorIn = (props: string) =>
  iamResource.schema.attributes.props?.rule?.(props as never) as string | undefined;

describe('JSON text of properties', () => {
  it.each([
    '{}',
    'null',
    '[9007199254740991, -9007199254740991]',
    '[0.1234567890123456789, 1e-7, 5.0]',
    '"12345678901234567891"',
    '{"12345678901234567891": true}',
  ])('is valid if each integer is sent unchanged: %s', (text) => {
    expect(errorIn(text)).toBeUndefined();
  });

  it.each([
    ['12345678901234567891', 'props'],
    ['{"a": [{"b c": 12345678901234567891}]}', 'props["a"][0]["b c"]'],
    ['[1, -9007199254740993]', 'props[1]'],
    ['[1e400]', 'props[0]'],
  ])('is rejected if %s would be sent changed, with its path and advice', (text, place) => {
    expect(errorIn(text)).toContain(`write ${place} as a string`);
  });

  it('is rejected if it is not JSON', () => {
    expect(errorIn('{')).toBe('must be JSON: use jsonencode');
    expect(() => findInexactInteger('{')).toThrow('not JSON');
  });

  it('is equal in spite of spaces and the order of keys', () => {
    expect(sameJson('{"a":1,"b":[2]}', '{ "b": [2], "a": 1.0 }')).toBe(true);
    expect(sameJson('[1,2]', '[2,1]')).toBe(false);
    expect(sameJson('{', '{')).toBe(false);
  });
});
