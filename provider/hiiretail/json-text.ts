import { isDeepStrictEqual } from 'node:util';

/** A value from JSON text, or `undefined` where it is none. */
export function parseJsonText(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Whether two texts are JSON of the same value: the order of keys and spaces mean nothing. */
export function sameJson(one: string, other: string): boolean {
  const [left, right] = [parseJsonText(one), parseJsonText(other)];
  return left !== undefined && right !== undefined && isDeepStrictEqual(left, right);
}
