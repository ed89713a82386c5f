import { isDeepStrictEqual } from 'node:util';
import { type Json, parseJson } from '../framework/values/json-decode.ts';
import type { Path } from '../framework/values/path.ts';
import { Decimal } from '../framework/values/value.ts';

/** A value from JSON text, or `undefined` where it is none. */
export function parseJsonText(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * Where JSON text holds an integer that no JavaScript number holds exactly, so that another one would be sent; empty where it is the
 * whole. Fractions are rounded by whoever reads them.
 *
 * @throws ValueError where the text is no JSON, or has a number of thousands of digits
 */
export function findInexactInteger(text: string): Path | undefined {
  return placeOfBigint(parseJson(Buffer.from(text)), []);
}

function placeOfBigint(json: Json, path: Path): Path | undefined {
  if (typeof json === 'bigint') return path;
  if (typeof json !== 'object' || json === null || json instanceof Decimal) return undefined;
  const items: [Path[number], Json][] = Array.isArray(json)
    ? json.map((item, index) => [{ index }, item])
    : Object.entries(json).map(([key, item]) => [{ key }, item]);
  for (const [step, item] of items) {
    const found = placeOfBigint(item, [...path, step]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether two texts are JSON of the same value: the order of keys and spaces mean nothing. */
export function sameJson(one: string, other: string): boolean {
  const [left, right] = [parseJsonText(one), parseJsonText(other)];
  return left !== undefined && right !== undefined && isDeepStrictEqual(left, right);
}
