import { Encoder, ExtData } from '@msgpack/msgpack';
import { type CtyType, mapEntries, typeToJson } from './cty-type.ts';
import { numberToWire } from './number.ts';
import type { PathStep } from './path.ts';
import { Decimal, Dynamic, isList, isRecord, Unknown, type Value } from './value.ts';
import { ValueError } from './value-error.ts';

const BARE_UNKNOWN = new ExtData(0, Uint8Array.of(0));
const REFINED_UNKNOWN = 12;

/**
 * Encodes a value of `type` as Terraform does: keys are sorted, text is in Unicode's normal form C.
 *
 * @throws {@link ValueError} with the path of a value that does not fit
 */
export function encodeMsgpack(value: Value, type: CtyType): Uint8Array {
  const tree = encode(value, type, []);
  return new Encoder({ useBigInt64: true, sortKeys: true, maxDepth: 1000 }).encode(tree);
}

type Steps = PathStep[];

function encode(value: Value | undefined, type: CtyType, path: Steps): unknown {
  if (value === undefined) throw new ValueError('a value is missing', path);
  if (value === null) return null;
  if (value instanceof Unknown) {
    return value.refinement === undefined
      ? BARE_UNKNOWN
      : new ExtData(REFINED_UNKNOWN, value.refinement);
  }
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? value.normalize('NFC') : throwMismatch(type, path);
    case 'bool':
      return typeof value === 'boolean' ? value : throwMismatch(type, path);
    case 'number':
      return encodeNumber(value, path);
    case 'list':
      return asList(value, type, path).map((item, index) =>
        encode(item, type.element, [...path, { index }]),
      );
    case 'set':
      return asList(value, type, path).map((item) => encode(item, type.element, path));
    case 'tuple':
      return encodeTuple(value, type, path);
    case 'map':
      return encodeMap(value, type.element, path);
    case 'object':
      return encodeObject(value, type, path);
    case 'dynamic':
      return encodeDynamic(value, path);
  }
}

function encodeNumber(value: Value, path: Steps): unknown {
  const isNumber =
    typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
  if (!isNumber) return throwMismatch({ kind: 'number' }, path);
  try {
    return numberToWire(value);
  } catch (error) {
    throw error instanceof ValueError ? new ValueError(error.message, path) : error;
  }
}

function encodeTuple(value: Value, type: CtyType & { kind: 'tuple' }, path: Steps): unknown {
  const items = asList(value, type, path);
  if (items.length !== type.elements.length) return throwMismatch(type, path);
  return type.elements.map((element, index) => encode(items[index], element, [...path, { index }]));
}

function encodeMap(value: Value, element: CtyType, path: Steps): unknown {
  if (!isRecord(value)) return throwMismatch({ kind: 'map', element }, path);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.normalize('NFC'),
      encode(item, element, [...path, { key }]),
    ]),
  );
}

function encodeObject(value: Value, type: CtyType & { kind: 'object' }, path: Steps): unknown {
  if (!isRecord(value)) return throwMismatch(type, path);
  const surplus = Object.keys(value).find((name) => !Object.hasOwn(type.attributes, name));
  if (surplus !== undefined) {
    throw new ValueError(`an object has the attribute ${surplus}, which its type has not`, path);
  }
  return mapEntries(type.attributes, (attribute, name) =>
    encode(value[name], attribute, [...path, { attribute: name }]),
  );
}

function encodeDynamic(value: Value, path: Steps): unknown {
  if (!(value instanceof Dynamic)) return throwMismatch({ kind: 'dynamic' }, path);
  const type = new TextEncoder().encode(JSON.stringify(typeToJson(value.type)));
  return [type, encode(value.value, value.type, path)];
}

function asList(value: Value, type: CtyType, path: Steps): readonly Value[] {
  return isList(value) ? value : throwMismatch(type, path);
}

function throwMismatch(type: CtyType, path: Steps): never {
  throw new ValueError(`a ${type.kind} is required`, path);
}
