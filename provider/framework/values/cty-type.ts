import { ValueError } from './value-error.ts';

/** A type of Terraform's type system (cty). */
export type CtyType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'dynamic' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: CtyType }
  | { readonly kind: 'tuple'; readonly elements: readonly CtyType[] }
  | { readonly kind: 'object'; readonly attributes: Readonly<Record<string, CtyType>> };

export type CtyTypeJson = string | readonly [string, unknown, ...unknown[]];

// Each dynamic value carries a type. The bound limits recursion.
const MAX_DEPTH = 100;

/**
 * The JSON form of a type in schemas and dynamic values.
 *
 * @example
 * ```ts
 * typeToJson({ kind: 'list', element: { kind: 'string' } }); // ['list', 'string']
 * ```
 */
export function typeToJson(type: CtyType): CtyTypeJson {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return [type.kind, typeToJson(type.element)];
    case 'tuple':
      return ['tuple', type.elements.map(typeToJson)];
    case 'object':
      return ['object', mapEntries(type.attributes, typeToJson)];
    default:
      return type.kind;
  }
}

/**
 * Reads the JSON form of a type.
 *
 * @throws {@link ValueError} if it is not a type
 */
export function typeFromJson(json: unknown, depth = 0): CtyType {
  if (depth > MAX_DEPTH) throw new ValueError('a type is nested too deeply');
  switch (json) {
    case 'string':
    case 'number':
    case 'bool':
    case 'dynamic':
      return { kind: json };
  }
  if (!Array.isArray(json)) throw new ValueError('a type is neither a name nor a list');
  const [kind, inner] = json as unknown[];
  switch (kind) {
    case 'list':
    case 'set':
    case 'map':
      return { kind, element: typeFromJson(inner, depth + 1) };
    case 'tuple':
      if (!Array.isArray(inner)) break;
      return { kind, elements: inner.map((element) => typeFromJson(element, depth + 1)) };
    case 'object':
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) break;
      return { kind, attributes: readAttributes(inner as Record<string, unknown>, depth + 1) };
  }
  throw new ValueError('a type is of no known kind');
}

function readAttributes(json: Record<string, unknown>, depth: number): Record<string, CtyType> {
  return mapEntries(json, (type) => typeFromJson(type, depth));
}

/**
 * A record with the same keys and mapped values. It has no prototype, so `__proto__` is an ordinary
 * key.
 */
export function mapEntries<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Record<string, U> {
  const result: Record<string, U> = Object.create(null);
  for (const [key, value] of Object.entries(record)) result[key] = map(value, key);
  return result;
}
