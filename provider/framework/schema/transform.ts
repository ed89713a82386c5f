import { mapEntries } from '../values/cty-type.ts';
import { isList, isRecord, type Value, type ValueRecord } from '../values/value.ts';
import { type Attribute, type Attributes, isNested, type Nested } from './attribute.ts';
import { matchSet } from './match-set.ts';
import type { Blocks } from './schema.ts';

/** Returns the new value of an attribute, from its value and the configured value. */
export type Visit = (attribute: Attribute, value: Value, config: Value) => Value;

interface Shape {
  readonly attributes: Attributes;
  readonly blocks?: Blocks;
}

/**
 * Rebuilds a value of a schema. Each attribute at each depth goes through `visit`, the outer before
 * the inner.
 */
export function transform(shape: Shape, value: Value, config: Value, visit: Visit): Value {
  return isRecord(value) ? transformRecord(shape, value, config, visit) : value;
}

function transformRecord(shape: Shape, value: ValueRecord, config: Value, visit: Visit) {
  const attributes = mapEntries(shape.attributes, (attribute, name) => {
    const configured = child(config, name);
    const visited = visit(attribute, child(value, name), configured);
    return isNested(attribute.type)
      ? transformNested(attribute.type, visited, configured, visit)
      : visited;
  });
  const blocks = mapEntries(shape.blocks ?? {}, (block, name) =>
    transformNested(block, child(value, name), child(config, name), visit),
  );
  return { ...attributes, ...blocks };
}

function transformNested(nested: Nested, value: Value, config: Value, visit: Visit): Value {
  const { nesting, attributes } = nested;
  if (nesting === 'single') return transform({ attributes }, value, config, visit);
  if (isList(value)) {
    const given = isList(config) ? config : [];
    const sources = nesting === 'set' ? matchSet(attributes, value, given) : given;
    return value.map((item, index) =>
      transform({ attributes }, item, sources[index] ?? null, visit),
    );
  }
  if (nesting !== 'map' || !isRecord(value)) return value;
  return mapEntries(value, (item, key) =>
    transform({ attributes }, item, child(config, key), visit),
  );
}

function child(value: Value, name: string): Value {
  return isRecord(value) ? (value[name] ?? null) : null;
}
