import type { CtyType } from './cty-type.ts';

/**
 * A value that Terraform does not know yet. Its refinement (bounds, prefixes) is kept unchanged.
 */
export class Unknown {
  readonly kind = 'unknown';
  /** Payload of the refinement; `undefined` if the value has none. */
  readonly refinement: Uint8Array | undefined;

  constructor(refinement?: Uint8Array) {
    this.refinement = refinement;
  }
}

export const UNKNOWN = new Unknown();

/** A number that a JavaScript number cannot represent exactly, in canonical decimal form. */
export class Decimal {
  readonly kind = 'decimal';
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of type `dynamic`, with its actual type. */
export class Dynamic {
  readonly kind = 'dynamic';
  readonly type: CtyType;
  readonly value: Value;

  constructor(type: CtyType, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/**
 * A value of Terraform's type system. Lists, sets and tuples are arrays. Maps and objects are
 * records. An object has all of its attributes, and an absent one is null.
 */
export type Value =
  | string
  | boolean
  | number
  | bigint
  | Decimal
  | Unknown
  | Dynamic
  | null
  | readonly Value[]
  | ValueRecord;

export interface ValueRecord {
  readonly [key: string]: Value;
}

export function isRecord(value: Value | undefined): value is ValueRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Unknown || value instanceof Decimal || value instanceof Dynamic);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether no part of the value is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value instanceof Unknown) return false;
  if (value instanceof Dynamic) return isWhollyKnown(value.value);
  if (isList(value)) return value.every(isWhollyKnown);
  return isRecord(value) ? Object.values(value).every(isWhollyKnown) : true;
}
