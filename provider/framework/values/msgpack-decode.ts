import { Decoder, ExtData } from '@msgpack/msgpack';
import { type CtyType, mapEntries, typeFromJson } from './cty-type.ts';
import { assertOneMsgpackValue } from './msgpack-shape.ts';
import { numberFromBinary, numberFromText } from './number.ts';
import type { PathStep } from './path.ts';
import { Dynamic, UNKNOWN, Unknown, type Value } from './value.ts';
import { ValueError } from './value-error.ts';

const REFINED_UNKNOWN = 12;

/**
 * Decodes a value of `type`.
 *
 * @throws {@link ValueError} with the path of a value that does not fit
 */
export function decodeMsgpack(bytes: Uint8Array, type: CtyType): Value {
  assertOneMsgpackValue(bytes);
  const tree = readTree(bytes);
  try {
    return decode(tree, type, []);
  } catch (error) {
    // The bytes decide how deeply `dynamic` nests, so the stack is the bound.
    throw error instanceof RangeError ? new ValueError('a value is nested too deeply') : error;
  }
}

function readTree(bytes: Uint8Array): unknown {
  try {
    return new Decoder({ useBigInt64: true, keyDecoder: null }).decode(bytes);
  } catch {
    // Map keys may be no text or `__proto__`, and text may not be UTF-8.
    throw new ValueError('a MessagePack value cannot be read');
  }
}

type Steps = PathStep[];

function decode(raw: unknown, type: CtyType, path: Steps): Value {
  if (raw === null) return null;
  if (raw instanceof ExtData) return decodeUnknown(raw);
  switch (type.kind) {
    case 'string':
      return typeof raw === 'string' ? raw : throwMismatch(type, path);
    case 'bool':
      return typeof raw === 'boolean' ? raw : throwMismatch(type, path);
    case 'number':
      return decodeNumber(raw, path);
    case 'list':
      return asList(raw, type, path).map((item, index) =>
        decode(item, type.element, [...path, { index }]),
      );
    case 'set':
      return asList(raw, type, path).map((item) => decode(item, type.element, path));
    case 'tuple':
      return decodeTuple(raw, type, path);
    case 'map':
      return mapEntries(asRecord(raw, type, path), (item, key) =>
        decode(item, type.element, [...path, { key }]),
      );
    case 'object':
      return decodeObject(raw, type, path);
    case 'dynamic':
      return decodeDynamic(raw, path);
  }
}

function decodeUnknown(ext: ExtData): Unknown {
  if (ext.type !== REFINED_UNKNOWN) return UNKNOWN;
  const data = typeof ext.data === 'function' ? ext.data(0) : ext.data;
  // The bytes are a view of the network's buffer, so they are copied.
  return new Unknown(Uint8Array.from(data));
}

function decodeNumber(raw: unknown, path: Steps): Value {
  try {
    if (typeof raw === 'string') return numberFromText(raw);
    if (typeof raw === 'number' || typeof raw === 'bigint') return numberFromBinary(raw);
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(error.message, path);
    throw error;
  }
  return throwMismatch({ kind: 'number' }, path);
}

function decodeTuple(raw: unknown, type: CtyType & { kind: 'tuple' }, path: Steps): Value {
  const items = asList(raw, type, path);
  if (items.length !== type.elements.length) return throwMismatch(type, path);
  return type.elements.map((element, index) => decode(items[index], element, [...path, { index }]));
}

function decodeObject(raw: unknown, type: CtyType & { kind: 'object' }, path: Steps): Value {
  const record = asRecord(raw, type, path);
  const surplus = Object.keys(record).find((name) => !Object.hasOwn(type.attributes, name));
  if (surplus !== undefined) {
    throw new ValueError(`an object has the attribute ${surplus}, which its type has not`, path);
  }
  return mapEntries(type.attributes, (attribute, name) => {
    const step = { attribute: name };
    if (!Object.hasOwn(record, name)) {
      throw new ValueError('an object lacks an attribute', [...path, step]);
    }
    return decode(record[name], attribute, [...path, step]);
  });
}

function decodeDynamic(raw: unknown, path: Steps): Value {
  const [typeBytes, value] = Array.isArray(raw) && raw.length === 2 ? raw : [];
  if (!(typeBytes instanceof Uint8Array)) return throwMismatch({ kind: 'dynamic' }, path);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(typeBytes).toString());
  } catch {
    throw new ValueError('a type is not JSON', path);
  }
  const type = typeFromJson(json);
  return new Dynamic(type, decode(value, type, path));
}

function asList(raw: unknown, type: CtyType, path: Steps): readonly unknown[] {
  return Array.isArray(raw) ? raw : throwMismatch(type, path);
}

function asRecord(raw: unknown, type: CtyType, path: Steps): Record<string, unknown> {
  const isRecord = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
  if (!isRecord || raw instanceof Uint8Array) return throwMismatch(type, path);
  return raw as Record<string, unknown>;
}

function throwMismatch(type: CtyType, path: Steps): never {
  throw new ValueError(`a ${type.kind} is required`, path);
}
