import { type CtyType, mapEntries } from './cty-type.ts';
import type { Json, JsonRecord } from './json-decode.ts';
import { Decimal, Dynamic, type Value } from './value.ts';

/**
 * JSON as Terraform's `jsondecode` reads it: an object is an object, a list is a tuple, and null
 * has no type.
 */
export function jsonToDynamic(json: Json): Dynamic {
  return new Dynamic(toType(json), toValue(json));
}

function toType(json: Json): CtyType {
  if (Array.isArray(json)) return { kind: 'tuple', elements: json.map(toType) };
  if (isRecord(json)) return { kind: 'object', attributes: mapEntries(json, toType) };
  switch (typeof json) {
    case 'string':
      return { kind: 'string' };
    case 'boolean':
      return { kind: 'bool' };
    default:
      return { kind: json === null ? 'dynamic' : 'number' };
  }
}

function toValue(json: Json): Value {
  if (Array.isArray(json)) return json.map(toValue);
  return isRecord(json) ? mapEntries(json, toValue) : json;
}

function isRecord(json: Json): json is JsonRecord {
  return (
    typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof Decimal)
  );
}
