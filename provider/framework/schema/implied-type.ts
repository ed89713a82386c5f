import { type CtyType, mapEntries } from '../values/cty-type.ts';
import { type Attributes, type AttributeType, isNested, nest } from './attribute.ts';
import type { Block, Schema } from './schema.ts';

export type ObjectType = CtyType & { readonly kind: 'object' };

/** The object type of a schema's values on the wire. */
export function impliedType({
  attributes,
  blocks,
}: Pick<Schema, 'attributes' | 'blocks'>): ObjectType {
  return {
    kind: 'object',
    attributes: { ...attributeTypes(attributes), ...mapEntries(blocks, typeOfBlock) },
  };
}

export function typeOfAttribute(type: AttributeType): CtyType {
  return isNested(type) ? nest(type.nesting, typeOfObject(type.attributes)) : type.cty;
}

export function typeOfBlock({ nesting, attributes }: Block): CtyType {
  return nest(nesting, typeOfObject(attributes));
}

function typeOfObject(attributes: Attributes): ObjectType {
  return { kind: 'object', attributes: attributeTypes(attributes) };
}

function attributeTypes(attributes: Attributes): Record<string, CtyType> {
  return mapEntries(attributes, ({ type }) => typeOfAttribute(type));
}
