import { isList, isRecord, Unknown, type Value } from '../values/value.ts';
import { valuesEqual } from '../values/value-equality.ts';
import { type Attribute, type Attributes, isComputed, isNested, type Nested } from './attribute.ts';

/**
 * Finds the configured element of each element of a nested set, or null. Positions do not match:
 * Terraform orders a set by its values, and an element has computed values that the configuration
 * lacks.
 */
export function matchSet(
  attributes: Attributes,
  items: readonly Value[],
  configured: readonly Value[],
): Value[] {
  const left = new Set(configured);
  return items.map((item) => {
    const candidates = [...left].filter((given) => comesFrom(attributes, item, given));
    // If several configured elements match, the one with the most values wins.
    const best = candidates.reduce<Value>(
      (most, given) => (saidBy(given) > saidBy(most) ? given : most),
      candidates[0] ?? null,
    );
    left.delete(best);
    return best;
  });
}

/** Whether the item equals the configured element apart from computed values. */
function comesFrom(attributes: Attributes, item: Value, given: Value): boolean {
  if (!(isRecord(item) && isRecord(given))) return bothUnknown(item, given);
  return Object.entries(attributes).every(([name, attribute]) =>
    attributeComesFrom(attribute, item[name] ?? null, given[name] ?? null),
  );
}

function attributeComesFrom(attribute: Attribute, item: Value, given: Value): boolean {
  if (given === null) return item === null || isComputed(attribute);
  const { type } = attribute;
  return isNested(type) ? nestedComesFrom(type, item, given) : valuesEqual(type.cty, item, given);
}

function nestedComesFrom({ nesting, attributes }: Nested, item: Value, given: Value): boolean {
  if (nesting === 'single') return comesFrom(attributes, item, given);
  if (isList(item) && isList(given)) {
    if (item.length !== given.length) return false;
    return nesting === 'set'
      ? matchSet(attributes, item, given).every((match) => match !== null)
      : item.every((inner, index) => comesFrom(attributes, inner, given[index] ?? null));
  }
  if (!(isRecord(item) && isRecord(given))) return bothUnknown(item, given);
  const keys = Object.keys(given);
  return (
    keys.length === Object.keys(item).length &&
    keys.every((key) => comesFrom(attributes, item[key] ?? null, given[key] ?? null))
  );
}

function bothUnknown(item: Value, given: Value): boolean {
  return item instanceof Unknown && given instanceof Unknown;
}

function saidBy(given: Value): number {
  return isRecord(given) ? Object.values(given).filter((value) => value !== null).length : 0;
}
