import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalDecimal,
  numberFromBinary,
  numberFromText,
  numberToWire,
} from '../../../../provider/framework/values/number.ts';
import { Decimal } from '../../../../provider/framework/values/value.ts';

const decimalText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^\d{1,30}$/),
    fc.option(fc.stringMatching(/^\d{1,30}$/), { nil: undefined }),
    fc.option(fc.integer({ min: -40, max: 40 }), { nil: undefined }),
  )
  .map(([sign, whole, fraction, exponent]) => {
    const point = fraction === undefined ? '' : `.${fraction}`;
    return `${sign}${whole}${point}${exponent === undefined ? '' : `e${exponent}`}`;
  });

describe('a number in decimal text', () => {
  it('is the same number after reading and writing, with all its digits', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const written = String(numberToWire(numberFromText(text)));
        expect(canonicalDecimal(written)).toBe(canonicalDecimal(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['0.1', 0.1],
    ['1e2', 100],
    ['1.50', 1.5],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['12345678901234567890', 12345678901234567890n],
    ['0.12345678901234567891', new Decimal('0.12345678901234567891')],
    ['1e-7', 1e-7],
  ])('%s is read exactly', (text, number) => {
    expect(numberFromText(text)).toEqual(number);
  });

  it.each(['', ' 1', '1 ', '+1', '.5', '5.', '0x1', 'Infinity', 'NaN', '1e', '1_000', '1e9999999'])(
    'is not %j',
    (text) => {
      expect(() => numberFromText(text)).toThrow('a number is not in decimal form');
    },
  );

  it('may have at most 5,000 digits', () => {
    expect(() => numberFromText('1e999999')).toThrow('a number has too many digits');
    expect(() => numberFromText('1e-999999')).toThrow('a number has too many digits');
    expect(() => numberFromText(`0.${'0'.repeat(200_000)}1`)).toThrow(
      'a number has too many digits',
    );
  });
});

describe('a number in binary', () => {
  it('is written as its shortest text, which is read as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const wire = numberToWire(number);
        expect(Number(wire) === number).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read as exactly the value that its bits have', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
        (number) => {
          const read = numberFromBinary(number);
          const text = read instanceof Decimal ? read.text : String(read);
          // A double is m / 2^k, so scaling it by powers of two until it is an integer loses
          // nothing.
          expect(Number(text)).toBe(number === 0 ? 0 : number);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    [-(2n ** 63n), -(2n ** 63n)],
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [2n ** 63n, '9223372036854775808'],
    [-(2n ** 63n) - 1n, '-9223372036854775809'],
    [1e300, String(BigInt(1e300))],
  ])('%s is written as 64 bits or, if larger, as text', (number, wire) => {
    expect(numberToWire(number)).toBe(wire);
  });
});
