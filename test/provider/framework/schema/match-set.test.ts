import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  nested,
  optional,
  optionalComputed,
  required,
} from '../../../../provider/framework/schema/attribute.ts';
import { matchSet } from '../../../../provider/framework/schema/match-set.ts';
import { number, string } from '../../../../provider/framework/schema/type.ts';
import { UNKNOWN, type Value } from '../../../../provider/framework/values/value.ts';

const inner = {
  key: required(string, { description: 'Key.' }),
  weight: optionalComputed(number, { description: 'Weight.', default: 1 }),
};
const attributes = {
  x: required(number, { description: 'Across.' }),
  kind: optionalComputed(string, { description: 'Kind.', default: 'plain' }),
  parts: optional(nested('set', inner), { description: 'Parts.' }),
  named: optional(nested('map', inner), { description: 'By name.' }),
  one: optional(nested('single', inner), { description: 'One.' }),
  row: optional(nested('list', inner), { description: 'In order.' }),
};

const part = (key: string, weight: number | null) => ({ key, weight });
const element = (given: Record<string, Value>) => ({
  x: 1,
  kind: null,
  parts: null,
  named: null,
  one: null,
  row: null,
  ...given,
});

describe('the elements of a nested set', () => {
  it('are found in the configuration, in any order and with any computed values', () => {
    const elements = fc.uniqueArray(
      fc.record({ x: fc.nat(), kind: fc.option(fc.constantFrom('a', 'b')) }),
      { selector: ({ x }) => x },
    );
    const shuffled = elements.chain((given) =>
      fc.record({
        given: fc.constant(given.map(element)),
        order: fc.shuffledSubarray(given.map(element), { minLength: given.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ given, order }) => {
        const items = order.map((item) => ({ ...item, kind: item.kind ?? 'plain' }));
        expect(matchSet(attributes, items, given)).toEqual(order);
      }),
    );
  });

  it('are distinguished by their nested values', () => {
    const given = [
      element({ parts: [part('a', null)], one: part('o', null) }),
      element({ parts: [part('b', null)], named: { k: part('n', 2) } }),
      element({ parts: [part('b', null)], named: { k: part('n', 3) }, row: [part('r', null)] }),
    ];
    const items = [
      element({
        kind: 'p',
        parts: [part('b', 1)],
        named: { k: part('n', 3) },
        row: [part('r', 1)],
      }),
      element({ kind: 'p', parts: [part('a', 1)], one: part('o', 1) }),
      element({ kind: 'p', parts: [part('b', 1)], named: { k: part('n', 2) } }),
    ];
    expect(matchSet(attributes, items, given)).toEqual([given[2], given[0], given[1]]);
  });

  it('match the configured element with the most values first', () => {
    const given = [element({}), element({ kind: 'own' })];
    const items = [element({ kind: 'own' }), element({ kind: 'plain' })];
    expect(matchSet(attributes, items, given)).toEqual([given[1], given[0]]);
  });

  it('match unknown elements if they are unknown, and null if nothing fits', () => {
    expect(matchSet(attributes, [UNKNOWN, element({ x: 2 })], [element({}), UNKNOWN])).toEqual([
      UNKNOWN,
      null,
    ]);
    expect(
      matchSet(attributes, [element({ row: [part('r', 1)] })], [element({ row: [] })]),
    ).toEqual([null]);
  });
});
