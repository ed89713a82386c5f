import { type CtyType, mapEntries, typeFromJson } from './cty-type.ts';
import { numberFromBinary, numberFromText } from './number.ts';
import type { PathStep } from './path.ts';
import { Decimal, Dynamic, type Value } from './value.ts';
import { ValueError } from './value-error.ts';

/** JSON with exact numbers. */
export type Json = string | boolean | number | bigint | Decimal | null | Json[] | JsonRecord;

export interface JsonRecord {
  [key: string]: Json;
}

/**
 * Reads JSON text. Numbers are exact from Node.js 22 on, which passes their source text to the
 * reviver.
 *
 * @throws {@link ValueError} if the text is not JSON
 */
export function parseJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(Buffer.from(bytes).toString(), exactNumbers);
  } catch {
    // The parser's message quotes the text.
    throw new ValueError('a value is not JSON');
  }
}

function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number') return value;
  return context?.source === undefined ? numberFromBinary(value) : numberFromText(context.source);
}

/**
 * Projects JSON on `type`. The JSON may be of an older schema: unknown names are dropped, missing
 * values are null.
 *
 * @throws {@link ValueError} with the path of a value that does not fit
 */
export function projectJson(json: Json | undefined, type: CtyType): Value {
  try {
    return project(json, type, []);
  } catch (error) {
    // The bytes decide how deeply `dynamic` nests, so the stack is the bound.
    throw error instanceof RangeError ? new ValueError('a value is nested too deeply') : error;
  }
}

function project(json: Json | undefined, type: CtyType, path: PathStep[]): Value {
  if (json === undefined || json === null) return null;
  switch (type.kind) {
    case 'string':
    case 'bool':
    case 'number':
      return projectScalar(json, type.kind, path);
    case 'list':
      return asList(json, path).map((item, index) =>
        project(item, type.element, [...path, { index }]),
      );
    case 'set':
      return asList(json, path).map((item) => project(item, type.element, path));
    case 'tuple': {
      const items = asList(json, path);
      return type.elements.map((element, index) =>
        project(items[index], element, [...path, { index }]),
      );
    }
    case 'map':
      return mapEntries(asRecord(json, path), (item, key) =>
        project(item, type.element, [...path, { key }]),
      );
    case 'object': {
      const record = asRecord(json, path);
      return mapEntries(type.attributes, (attribute, name) =>
        project(own(record, name), attribute, [...path, { attribute: name }]),
      );
    }
    case 'dynamic': {
      const record = asRecord(json, path);
      const inner = typeFromJson(own(record, 'type'));
      return new Dynamic(inner, project(own(record, 'value'), inner, path));
    }
  }
}

function projectScalar(json: Json, kind: 'string' | 'bool' | 'number', path: PathStep[]): Value {
  if (kind === 'number') {
    if (typeof json === 'number' || typeof json === 'bigint' || json instanceof Decimal)
      return json;
    if (typeof json === 'string') return numberFromText(json);
  }
  if (kind === 'bool' && typeof json === 'boolean') return json;
  if (kind === 'string') {
    if (typeof json === 'string') return json;
    // The attribute may have been a number or a boolean in the older schema.
    if (typeof json === 'number' || typeof json === 'bigint' || typeof json === 'boolean')
      return String(json);
  }
  throw new ValueError(`a ${kind} is required`, path);
}

function own(record: JsonRecord, name: string): Json | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function asList(json: Json, path: PathStep[]): Json[] {
  if (!Array.isArray(json)) throw new ValueError('a list is required', path);
  return json;
}

function asRecord(json: Json, path: PathStep[]): JsonRecord {
  const isRecord = typeof json === 'object' && json !== null && !(json instanceof Decimal);
  if (!isRecord || Array.isArray(json)) throw new ValueError('an object is required', path);
  return json;
}
