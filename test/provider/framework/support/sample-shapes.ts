import { defineResource } from '../../../../provider/framework/dispatch/resource.ts';
import {
  computed,
  nested,
  optional,
  optionalComputed,
  required,
} from '../../../../provider/framework/schema/attribute.ts';
import { block, defineSchema } from '../../../../provider/framework/schema/schema.ts';
import {
  bool,
  dynamic,
  list,
  map,
  number,
  object,
  set,
  string,
} from '../../../../provider/framework/schema/type.ts';
import type { SampleClient } from './sample-thing.ts';

const point = () => ({
  x: required(number, { description: 'Across.' }),
  note: optional(string, { description: 'Note.' }),
  /** The provider sets this at every depth if the configuration does not. */
  kind: optionalComputed(string, { description: 'Kind.', default: 'plain' }),
});

const schema = defineSchema({
  description: 'Holds a value of every shape, in the state alone.',
  attributes: {
    id: computed(string, { description: 'Identifier.', keep: true }),
    version: optional(number, { description: 'Raise it to update.' }),
    amount: optional(number, { description: 'Number.' }),
    amounts: optional(list(number), { description: 'Numbers.' }),
    flags: optional(map(bool), { description: 'Flags.' }),
    names: optional(set(string), { description: 'Names.' }),
    table: optional(map(list(set(string))), { description: 'Collections in collections.' }),
    people: optional(set(object({ name: string, age: number })), { description: 'Objects.' }),
    anything: optional(dynamic, { description: 'Any type.' }),
    one: optional(nested('single', point()), { description: 'One.' }),
    some: optional(nested('list', point()), { description: 'In order.' }),
    many: optional(nested('set', point()), { description: 'In no order.' }),
    named: optional(nested('map', point()), { description: 'By name.' }),
    deep: optional(
      nested('list', {
        inner: optional(
          nested('map', { points: optional(nested('set', point()), { description: 'Points.' }) }),
          {
            description: 'Inner.',
          },
        ),
      }),
      { description: 'Nested in nested in nested.' },
    ),
  },
  blocks: {
    single_block: block('single', { description: 'One.', attributes: point() }),
    list_block: block('list', { description: 'In order.', attributes: point() }),
    set_block: block('set', { description: 'In no order.', attributes: point() }),
  },
});

export const sampleShapes = defineResource({
  schema,
  async create({ client }: { client: SampleClient }) {
    client.note('create shapes');
    return { id: 'shapes' };
  },
  async update({ client }: { client: SampleClient }) {
    client.note('update shapes');
    return { id: 'shapes' };
  },
  read: async ({ state }) => state,
  async delete({ client }: { client: SampleClient }) {
    client.note('delete shapes');
  },
});
