import { type CtyType, typeToJson } from './cty-type.ts';
import { Decimal, Dynamic, isList, isRecord, Unknown, type Value } from './value.ts';

/**
 * Whether two values of one type are equal. Sets have no order. An unknown value equals only
 * another unknown value, whatever their refinements.
 */
export function valuesEqual(type: CtyType, left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (left instanceof Unknown || right instanceof Unknown) {
    return left instanceof Unknown && right instanceof Unknown;
  }
  switch (type.kind) {
    case 'list':
      return listsEqual(left, right, () => type.element);
    case 'tuple':
      return listsEqual(left, right, (index) => type.elements[index]);
    case 'set':
      return setsEqual(type.element, left, right);
    case 'map':
      return recordsEqual(left, right, () => type.element);
    case 'object':
      return recordsEqual(left, right, (key) => type.attributes[key]);
    case 'dynamic':
      return dynamicsEqual(left, right);
    default:
      return scalarsEqual(left, right);
  }
}

function scalarsEqual(left: Value, right: Value): boolean {
  if (left instanceof Decimal && right instanceof Decimal) return left.text === right.text;
  return left === right;
}

function listsEqual(left: Value, right: Value, typeAt: (index: number) => CtyType | undefined) {
  if (!isList(left) || !isList(right) || left.length !== right.length) return false;
  return left.every((item, index) => equalAt(typeAt(index), item, right[index]));
}

function setsEqual(element: CtyType, left: Value, right: Value): boolean {
  if (!isList(left) || !isList(right)) return false;
  const within = (items: readonly Value[], others: readonly Value[]) =>
    items.every((item) => others.some((other) => valuesEqual(element, item, other)));
  return within(left, right) && within(right, left);
}

function recordsEqual(left: Value, right: Value, typeAt: (key: string) => CtyType | undefined) {
  if (!isRecord(left) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => equalAt(typeAt(key), left[key], right[key]));
}

function dynamicsEqual(left: Value, right: Value): boolean {
  if (!(left instanceof Dynamic && right instanceof Dynamic)) return false;
  const sameType = JSON.stringify(typeToJson(left.type)) === JSON.stringify(typeToJson(right.type));
  return sameType && valuesEqual(left.type, left.value, right.value);
}

function equalAt(type: CtyType | undefined, left: Value | undefined, right: Value | undefined) {
  if (type === undefined || left === undefined || right === undefined) return false;
  return valuesEqual(type, left, right);
}
