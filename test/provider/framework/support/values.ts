import fc from 'fast-check';
import { type CtyType, mapEntries } from '../../../../provider/framework/values/cty-type.ts';
import { numberFromText } from '../../../../provider/framework/values/number.ts';
import { Dynamic, Unknown, type Value } from '../../../../provider/framework/values/value.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);

/**
 * Types of every kind, nested. Known values hold no `dynamic` inside `dynamic`, as in Terraform.
 */
export const { type: anyType } = fc.letrec<{ type: CtyType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<CtyType>(
      { kind: 'string' },
      { kind: 'number' },
      { kind: 'bool' },
      { kind: 'dynamic' },
    ),
    fc.record({ kind: fc.constantFrom('list', 'set', 'map'), element: tie('type') }),
    fc.record({
      kind: fc.constant('tuple' as const),
      elements: fc.array(tie('type'), { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('object' as const),
      attributes: fc.dictionary(name, tie('type'), { maxKeys: 4, noNullPrototype: false }),
    }),
  ) as fc.Arbitrary<CtyType>,
}));

const unknown = fc
  .option(fc.uint8Array({ minLength: 1, maxLength: 20 }), { nil: undefined })
  .map((refinement) => new Unknown(refinement));

export const anyNumber: fc.Arbitrary<Value> = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt().map((value) => numberFromText(String(value))),
  fc
    .tuple(fc.maxSafeInteger(), fc.nat({ max: 40 }))
    .map(([digits, exponent]) => numberFromText(`${digits}e-${exponent}`)),
);

const text = fc.string({ unit: 'grapheme' }).map((value) => value.normalize('NFC'));

const key = text.filter((value) => value !== '__proto__');

/** Values of a type: known, null, unknown and refined unknown at every depth. */
export function valueOfType(type: CtyType): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(null).chain(() => knownOf(type)) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: unknown },
  );
}

function knownOf(type: CtyType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'string':
      return text;
    case 'bool':
      return fc.boolean();
    case 'number':
      return anyNumber;
    case 'list':
    case 'set':
      return fc.array(valueOfType(type.element), { maxLength: 4 });
    case 'map':
      return fc.dictionary(key, valueOfType(type.element), { maxKeys: 4 });
    case 'tuple':
      return fc.tuple(...type.elements.map(valueOfType));
    case 'object':
      return fc.record(mapEntries(type.attributes, valueOfType));
    case 'dynamic':
      return dynamicValue;
  }
}

const dynamicValue: fc.Arbitrary<Value> = anyType.chain((type) =>
  valueOfType(type).map((value) => new Dynamic(type, value)),
);

/** A type and a value of it. */
export const typedValue = anyType.chain((type) =>
  fc.record({ type: fc.constant(type), value: valueOfType(type) }),
);
