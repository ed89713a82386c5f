import { isDeepStrictEqual } from 'node:util';
import { type Json, parseJson } from '../framework/values/json-decode.ts';
import type { Path } from '../framework/values/path.ts';
import { Decimal } from '../framework/values/value.ts';

/** Parses JSON text; `undefined` if it is invalid. */
export function parseJsonText(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * The path of the first integer in JSON text that no JavaScript number represents exactly, because
 * another number would be sent. The path is empty if the whole text is that integer. Fractions are
 * not checked, because every reader rounds them.
 *
 * @throws ValueError if the text is not JSON, or contains a number with thousands of digits
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

/** Whether two JSON texts have the same value. The order of keys and spaces do not matter. */
export function sameJson(one: string, other: string): boolean {
  const [left, right] = [parseJsonText(one), parseJsonText(other)];
  return left !== undefined && right !== undefined && isDeepStrictEqual(left, right);
}
