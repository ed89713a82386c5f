import { isDeepStrictEqual } from 'node:util';
import type { CtyType } from '../framework/values/cty-type.ts';
import type { Json } from '../framework/values/json-decode.ts';
import { jsonToDynamic } from '../framework/values/json-dynamic.ts';
import { Dynamic, isList, isRecord, isWhollyKnown, type Value } from '../framework/values/value.ts';

/**
 * The value of a document for the value of an attribute, by the type of the attribute: a set
 * becomes text with spaces, as the keys for scopes have it. An absent value is `undefined`, and so
 * is one of which a part is unknown.
 */
export function toDocumentValue(type: CtyType, value: Value): unknown {
  if (value === null || !isWhollyKnown(value)) return undefined;
  const json = toJson(value);
  return type.kind === 'set' && Array.isArray(json) ? [...json].sort().join(' ') : json;
}

/**
 * The value of an attribute for the value of a document, which may have been edited by hand. A
 * value of a wrong type counts as absent.
 */
export function fromDocumentValue(type: CtyType, value: unknown): Value {
  switch (type.kind) {
    case 'set':
      return typeof value === 'string' ? value.split(' ').filter(Boolean) : null;
    case 'list':
      return toList(value);
    case 'dynamic':
      return value === undefined || value === null ? null : jsonToDynamic(value as Json);
    case 'bool':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === type.kind ? (value as string | number) : null;
  }
}

/** Whether two values are the same in a document, whatever their Terraform types. */
export function isSameInDocument(left: Value, right: Value): boolean {
  return isDeepStrictEqual(toJson(left), toJson(right));
}

function toList(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}

function toJson(value: Value): unknown {
  if (value instanceof Dynamic) return toJson(value.value);
  if (isList(value)) return value.map(toJson);
  if (!isRecord(value)) return value;
  const present = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(present.map(([name, item]) => [name, toJson(item)]));
}
