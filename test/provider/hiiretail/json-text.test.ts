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
  ])('is fine where each whole number is sent as it stands: %s', (text) => {
    expect(errorIn(text)).toBeUndefined();
  });

  it.each([
    ['12345678901234567891', 'props'],
    ['{"a": [{"b c": 12345678901234567891}]}', 'props["a"][0]["b c"]'],
    ['[1, -9007199254740993]', 'props[1]'],
    ['[1e400]', 'props[0]'],
  ])('is refused where %s would be sent changed, with its place and the remedy', (text, place) => {
    expect(errorIn(text)).toContain(`write ${place} as a string`);
  });

  it('is refused where it is none', () => {
    expect(errorIn('{')).toBe('must be JSON: use jsonencode');
    expect(() => findInexactInteger('{')).toThrow('not JSON');
  });

  it('is the same whatever its spaces and the order of its keys', () => {
    expect(sameJson('{"a":1,"b":[2]}', '{ "b": [2], "a": 1.0 }')).toBe(true);
    expect(sameJson('[1,2]', '[2,1]')).toBe(false);
    expect(sameJson('{', '{')).toBe(false);
  });
});
