import { Decimal } from './value.ts';
import { ValueError } from './value-error.ts';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,6}))?$/;
// More digits than a double (1,074) or Terraform's 512 bits need. A forged exponent could otherwise
// take all memory and minutes.
const MAX_DIGITS = 5_000;
const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/**
 * Reads a number from decimal text. The result is exact: a JavaScript number if it has the same
 * value, else a bigint or a {@link Decimal}.
 *
 * @throws {@link ValueError} if the text is not a decimal number or has too many digits
 */
export function numberFromText(text: string): number | bigint | Decimal {
  const canonical = canonicalDecimal(text);
  if (canonical === undefined) throw new ValueError('a number is not in decimal form');
  if (!canonical.includes('.')) return integer(BigInt(canonical));
  const near = Number(canonical);
  return canonicalDecimal(String(near)) === canonical ? near : new Decimal(canonical);
}

/**
 * Reads a binary number. A binary 0.1 is not the decimal 0.1. If the shortest text of the double is
 * not its exact value, the result is a {@link Decimal} of the exact value.
 *
 * @throws {@link ValueError} if it is NaN
 */
export function numberFromBinary(value: number | bigint): number | bigint | Decimal {
  if (typeof value === 'bigint') return integer(value);
  if (Number.isNaN(value)) throw new ValueError('a number is not a number');
  if (!Number.isFinite(value)) return value;
  if (Number.isInteger(value)) return integer(BigInt(value));
  const exact = exactDecimal(value);
  return canonicalDecimal(String(value)) === exact ? value : new Decimal(exact);
}

/**
 * The wire form of a number. Integers within 64 bits and infinities are binary. Other numbers are
 * decimal text, because a binary fraction would differ from the decimal one of the configuration.
 *
 * @throws {@link ValueError} if it is NaN
 */
export function numberToWire(value: number | bigint | Decimal): number | bigint | string {
  if (value instanceof Decimal) return value.text;
  if (typeof value === 'bigint') {
    return value >= INT64.least && value <= INT64.most ? value : String(value);
  }
  if (Number.isNaN(value)) throw new ValueError('a number is not a number');
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return value;
  return Number.isInteger(value) ? numberToWire(BigInt(value)) : String(value);
}

/**
 * The canonical text of a number: no exponent, no superfluous zero, no sign on zero.
 *
 * @returns `undefined` if the text is not a number
 * @throws {@link ValueError} if it has too many digits
 */
export function canonicalDecimal(text: string): string | undefined {
  if (text.length > MAX_DIGITS) throw tooManyDigits();
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (Math.abs(Number(exponent)) > MAX_DIGITS) throw tooManyDigits();
  return placePoint(sign, whole + fraction, whole.length + Number(exponent));
}

function placePoint(sign: string, digits: string, point: number): string {
  const padded = digits.padStart(digits.length - Math.min(point, 0), '0');
  const at = Math.max(point, 0);
  const whole = padded.slice(0, at).padEnd(at, '0').replace(/^0+/, '') || '0';
  const fraction = padded.slice(at).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return text === '0' ? '0' : sign + text;
}

function tooManyDigits(): ValueError {
  return new ValueError('a number has too many digits');
}

function integer(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

// A double is m / 2^k, which equals m * 5^k / 10^k.
function exactDecimal(value: number): string {
  let power = 0;
  let scaled = Math.abs(value);
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power += 1;
  }
  const digits = String(BigInt(scaled) * 5n ** BigInt(power));
  return placePoint(value < 0 ? '-' : '', digits, digits.length - power);
}
