import { describe, expect, it } from '@jest/globals';
import {
  computed,
  nested,
  optional,
  optionalComputed,
  required,
} from '../../../../provider/framework/schema/attribute.ts';
import { block, defineSchema } from '../../../../provider/framework/schema/schema.ts';
import { string } from '../../../../provider/framework/schema/type.ts';
import { findSchemaErrors, type SchemaKind } from '../support/check-schema.ts';
import { sampleProvider } from '../support/sample-provider.ts';

const described = { description: 'Text.' };
const schemaOf = (attributes: Parameters<typeof defineSchema>[0]['attributes']) =>
  defineSchema({ ...described, attributes });

describe('a schema', () => {
  it('of the sample provider has no errors', () => {
    const { schema, resources, dataSources, ephemeralResources } = sampleProvider;
    const kinds: [SchemaKind, Record<string, { schema: typeof schema }> | undefined][] = [
      ['provider', { sample: { schema } }],
      ['resource', resources],
      ['data source', dataSources],
      ['ephemeral resource', ephemeralResources],
    ];
    const errors = kinds.flatMap(([kind, definitions]) =>
      Object.values(definitions ?? {}).flatMap((own) => findSchemaErrors(kind, own.schema)),
    );
    expect(errors).toEqual([]);
  });

  it.each([
    [
      'provider',
      { alias: optional(string, described) },
      'alias is a name that Terraform keeps for itself',
    ],
    [
      'resource',
      { count: optional(string, described) },
      'count is a name that Terraform keeps for itself',
    ],
    ['resource', { Name: optional(string, described) }, 'Name is no name'],
    ['resource', { a: optional(string, { description: '' }) }, 'a lacks a description'],
    ['provider', { a: computed(string, described) }, 'a is computed, which a provider cannot be'],
    [
      'data source',
      { a: optional(string, { ...described, writeOnly: true }) },
      'a is write-only outside of a resource',
    ],
    [
      'resource',
      {
        a: optional(
          nested('set', { b: optional(string, { ...described, writeOnly: true }) }),
          described,
        ),
      },
      'a.b is write-only within a set',
    ],
    [
      'resource',
      {
        a: optional(
          nested('single', { b: required(string, { ...described, forceNew: true }) }),
          described,
        ),
      },
      'a.b forces replacement below the top level',
    ],
    [
      'data source',
      { a: computed(string, { ...described, keep: true }) },
      'a is kept outside of a resource',
    ],
    [
      'data source',
      { a: optionalComputed(string, { ...described, default: 'x' }) },
      'a has a default outside of a resource',
    ],
  ] as const)('of a %s has the expected error (%#)', (kind, attributes, error) => {
    expect(findSchemaErrors(kind, schemaOf(attributes))).toEqual([error]);
  });

  it('may not have an attribute and a block of one name', () => {
    const schema = defineSchema({
      ...described,
      attributes: { a: optional(string, described) },
      blocks: { a: block('list', { ...described, attributes: {} }) },
    });
    expect(findSchemaErrors('resource', schema)).toEqual([
      'an attribute and a block share one name',
    ]);
  });
});
