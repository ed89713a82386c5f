import {
  type Attribute,
  type Attributes,
  isComputed,
  isNested,
} from '../../../../provider/framework/schema/attribute.ts';
import type { Schema } from '../../../../provider/framework/schema/schema.ts';

export type SchemaKind = 'provider' | 'resource' | 'data source' | 'ephemeral resource';

const NAME = /^[a-z][a-z0-9_]*$/;

// Terraform reserves these names for meta-arguments.
const RESERVED: Readonly<Record<SchemaKind, readonly string[]>> = {
  provider: ['alias', 'version'],
  resource: [
    'count',
    'for_each',
    'depends_on',
    'lifecycle',
    'provider',
    'provisioner',
    'connection',
  ],
  'data source': ['count', 'for_each', 'depends_on', 'lifecycle', 'provider'],
  'ephemeral resource': ['count', 'for_each', 'depends_on', 'lifecycle', 'provider'],
};

/**
 * Finds errors of a schema that Terraform would report as an internal error of the provider, or not
 * at all.
 *
 * @returns a sentence for each error
 */
export function findSchemaErrors(kind: SchemaKind, schema: Schema): string[] {
  const names = [...Object.keys(schema.attributes), ...Object.keys(schema.blocks)];
  const errors = names
    .filter((name) => RESERVED[kind].includes(name))
    .map((name) => `${name} is a name that Terraform keeps for itself`);
  if (new Set(names).size !== names.length) {
    errors.push('an attribute and a block share one name');
  }
  errors.push(...errorsOfAttributes(kind, schema.attributes, '', false));
  for (const [name, block] of Object.entries(schema.blocks)) {
    if (!NAME.test(name)) errors.push(`${name} is no name`);
    errors.push(...errorsOfAttributes(kind, block.attributes, `${name}.`, block.nesting === 'set'));
  }
  return errors;
}

function errorsOfAttributes(
  kind: SchemaKind,
  attributes: Attributes,
  prefix: string,
  withinSet: boolean,
): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const { type } = attribute;
    const inner = isNested(type)
      ? errorsOfAttributes(
          kind,
          type.attributes,
          `${prefix}${name}.`,
          withinSet || type.nesting === 'set',
        )
      : [];
    const own = errorsOf(kind, attribute, { nested: prefix !== '', withinSet });
    if (!NAME.test(name)) own.push('is no name');
    return [...own.map((error) => `${prefix}${name} ${error}`), ...inner];
  });
}

function errorsOf(
  kind: SchemaKind,
  attribute: Attribute,
  place: { readonly nested: boolean; readonly withinSet: boolean },
): string[] {
  const { writeOnly, forceNew, semanticEquals, keep } = attribute;
  const onResource = kind === 'resource';
  const rules: [boolean, string][] = [
    [attribute.description === '', 'lacks a description'],
    [kind === 'provider' && isComputed(attribute), 'is computed, which a provider cannot be'],
    [writeOnly === true && !onResource, 'is write-only outside of a resource'],
    [writeOnly === true && isComputed(attribute), 'is write-only and computed'],
    [writeOnly === true && place.withinSet, 'is write-only within a set'],
    [writeOnly === true && isNested(attribute.type), 'is write-only and nested'],
    [forceNew === true && (!onResource || place.nested), 'forces replacement below the top level'],
    [semanticEquals !== undefined && place.nested, 'has semanticEquals below the top level'],
    [keep === true && !onResource, 'is kept outside of a resource'],
    [attribute.default !== undefined && !onResource, 'has a default outside of a resource'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, error]) => error);
}
