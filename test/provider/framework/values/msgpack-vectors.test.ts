import { describe, expect, it } from '@jest/globals';
import type { CtyType } from '../../../../provider/framework/values/cty-type.ts';
import { decodeMsgpack } from '../../../../provider/framework/values/msgpack-decode.ts';
import { encodeMsgpack } from '../../../../provider/framework/values/msgpack-encode.ts';
import { pathOf } from '../../../../provider/framework/values/path.ts';
import {
  Decimal,
  Dynamic,
  UNKNOWN,
  Unknown,
  type Value,
} from '../../../../provider/framework/values/value.ts';

const string: CtyType = { kind: 'string' };
const number: CtyType = { kind: 'number' };
const bool: CtyType = { kind: 'bool' };
const dynamic: CtyType = { kind: 'dynamic' };
const list = (element: CtyType): CtyType => ({ kind: 'list', element });
const object = (attributes: Record<string, CtyType>): CtyType => ({ kind: 'object', attributes });

const ascii = (text: string) => Buffer.from(text).toString('hex');

// The bytes that Terraform writes for each value.
const golden: readonly (readonly [string, CtyType, Value, string])[] = [
  ['null', string, null, 'c0'],
  ['text', string, 'hi', 'a26869'],
  ['empty text', string, '', 'a0'],
  ['text of 32 bytes', string, 'x'.repeat(32), `d920${ascii('x'.repeat(32))}`],
  ['true', bool, true, 'c3'],
  ['false', bool, false, 'c2'],
  ['0', number, 0, '00'],
  ['127', number, 127, '7f'],
  ['-1', number, -1, 'ff'],
  ['-33', number, -33, 'd0df'],
  ['300', number, 300, 'cd012c'],
  ['2^53', number, 2n ** 53n, 'cf0020000000000000'],
  ['the least of 64 bits', number, -(2n ** 63n), 'd38000000000000000'],
  [
    'an integer beyond 64 bits',
    number,
    12345678901234567890n,
    `b4${ascii('12345678901234567890')}`,
  ],
  ['0.1', number, 0.1, `a3${ascii('0.1')}`],
  ['-2.5', number, -2.5, `a4${ascii('-2.5')}`],
  [
    'a decimal beyond a double',
    number,
    new Decimal('0.12345678901234567891'),
    `b6${ascii('0.12345678901234567891')}`,
  ],
  ['bare unknown', string, UNKNOWN, 'd40000'],
  ['refined unknown', string, new Unknown(Uint8Array.of(0x81, 0x01, 0xc2)), 'c7030c8101c2'],
  ['list', list(string), ['a', null, UNKNOWN], '93a161c0d40000'],
  ['empty list', list(string), [], '90'],
  ['tuple', { kind: 'tuple', elements: [string, bool] }, ['a', true], '92a161c3'],
  ['map, keys sorted', { kind: 'map', element: number }, { b: 1, a: 2 }, '82a16102a16201'],
  [
    'object, with each attribute',
    object({ b: bool, a: string }),
    { a: null, b: true },
    '82a161c0a162c3',
  ],
  ['dynamic', dynamic, new Dynamic(string, 'a'), `92c408${ascii('"string"')}a161`],
  [
    'dynamic of a list',
    dynamic,
    new Dynamic(list(number), [1]),
    `92c411${ascii('["list","number"]')}9101`,
  ],
  ['null of dynamic', dynamic, null, 'c0'],
];

describe('MessagePack of Terraform values', () => {
  it.each(golden)('encodes %s as Terraform does', (_, type, value, hex) => {
    expect(Buffer.from(encodeMsgpack(value, type)).toString('hex')).toBe(hex);
  });

  it.each(golden)('decodes %s', (_, type, value, hex) => {
    expect(decodeMsgpack(Buffer.from(hex, 'hex'), type)).toEqual(value);
  });

  it.each([
    ['a double that is exact', 'cb3fe0000000000000', 0.5],
    ['a whole double', 'cb4008000000000000', 3],
    [
      'a double that is not the decimal it prints as',
      'cb3fb999999999999a',
      new Decimal('0.1000000000000000055511151231257827021181583404541015625'),
    ],
    ['infinity', 'cb7ff0000000000000', Number.POSITIVE_INFINITY],
    ['decimal text that a double holds', `a3${ascii('0.1')}`, 0.1],
    ['integer text', `a3${ascii('100')}`, 100],
    ['an unsigned integer of 64 bits', 'cfffffffffffffffff', 18446744073709551615n],
  ])('decodes %s', (_, hex, value) => {
    expect(decodeMsgpack(Buffer.from(hex, 'hex'), number)).toEqual(value);
  });

  it('writes infinity as a double', () => {
    expect(Buffer.from(encodeMsgpack(Number.NEGATIVE_INFINITY, number)).toString('hex')).toBe(
      'cbfff0000000000000',
    );
  });

  it('reads any extension as unknown', () => {
    expect(decodeMsgpack(Buffer.from('d505ffff', 'hex'), string)).toEqual(UNKNOWN);
  });

  it('writes text in normal form C', () => {
    expect(Buffer.from(encodeMsgpack('e\u0301', string)).toString()).toBe(
      '\u00a2\u00e9'.slice(1) && Buffer.from('a2c3a9', 'hex').toString(),
    );
  });

  it('keeps a refinement if its source buffer changes', () => {
    const bytes = Buffer.from('c7030c8101c2', 'hex');
    const value = decodeMsgpack(bytes, string) as Unknown;
    bytes.fill(0);
    expect(value.refinement).toEqual(Uint8Array.of(0x81, 0x01, 0xc2));
  });

  it.each([
    ['a number where text belongs', string, '01', 'a string is required'],
    ['text where a flag belongs', bool, 'a161', 'a bool is required'],
    ['a flag where a number belongs', number, 'c3', 'a number is required'],
    ['text that is no number', number, 'a161', 'a number is not in decimal form'],
    ['NaN', number, 'cb7ff8000000000000', 'a number is not a number'],
    ['a map where a list belongs', list(string), '80', 'a list is required'],
    [
      'a list where a map belongs',
      { kind: 'map', element: string } as CtyType,
      '90',
      'a map is required',
    ],
    [
      'too short a tuple',
      { kind: 'tuple', elements: [string] } as CtyType,
      '90',
      'a tuple is required',
    ],
    ['an object without an attribute', object({ a: string }), '80', 'an object lacks an attribute'],
    [
      'an object with one too many',
      object({}),
      '81a161c0',
      'an object has the attribute a, which its type has not',
    ],
    ['a dynamic value without a type', dynamic, '9101', 'a dynamic is required'],
    ['a dynamic value with half a type', dynamic, '92c4015bc0', 'a type is not JSON'],
    [
      'a dynamic value of no type',
      dynamic,
      `92c404${ascii('true')}c0`,
      'a type is neither a name nor a list',
    ],
    ['no bytes', string, '', 'a MessagePack value ends too early'],
    ['a byte too many', string, 'c0c0', 'bytes follow a MessagePack value'],
    ['the unused byte', string, 'c1', 'a MessagePack head byte is not in use'],
    [
      'a list that announces more than there is',
      list(string),
      'ddffffffff',
      'a MessagePack value ends too early',
    ],
    ['a head that is cut off', string, 'd9', 'a MessagePack value ends too early'],
    [
      'a key that is no text',
      { kind: 'map', element: string } as CtyType,
      '81c0c0',
      'a MessagePack value cannot be read',
    ],
  ])('refuses %s', (_, type, hex, message) => {
    expect(() => decodeMsgpack(Buffer.from(hex, 'hex'), type)).toThrow(message);
  });

  it('names the path of a value that does not fit', () => {
    const type = object({ rules: list(object({ key: string })) });
    const mismatched = { rules: [{ key: 'a' }, { key: 1 }] };
    expect(() => encodeMsgpack(mismatched, type)).toThrow(
      expect.objectContaining({
        message: 'a string is required',
        path: pathOf('rules', 1, 'key'),
      }),
    );
  });

  it.each([
    ['a value that is missing', object({ a: string }), {}, 'a value is missing'],
    ['an attribute too many', object({}), { a: 'x' }, 'which its type has not'],
    ['text for a list', list(string), 'x', 'a list is required'],
    ['a list for a map', { kind: 'map', element: string } as CtyType, [], 'a map is required'],
    ['a list for an object', object({}), [], 'a object is required'],
    ['text for a number', number, 'x', 'a number is required'],
    ['NaN', number, Number.NaN, 'a number is not a number'],
    ['a number for text', string, 1, 'a string is required'],
    ['text for a flag', bool, 'x', 'a bool is required'],
    ['too long a tuple', { kind: 'tuple', elements: [] } as CtyType, ['x'], 'a tuple is required'],
    ['a plain value for a dynamic one', dynamic, 'x', 'a dynamic is required'],
  ])('does not write %s', (_, type, value, message) => {
    expect(() => encodeMsgpack(value as Value, type)).toThrow(message);
  });
});
