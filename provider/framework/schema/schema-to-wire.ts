import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type CtyType, typeToJson } from '../values/cty-type.ts';
import {
  Schema_NestedBlock_NestingMode as BlockNesting,
  Schema_Object_NestingMode as ObjectNesting,
  type Schema_AttributeSchema,
  type Schema_NestedBlockSchema,
  SchemaSchema,
  StringKind,
  type Schema as WireSchema,
} from '../wire/generated/tfplugin6_pb.js';
import { type Attribute, type Attributes, isComputed, isNested } from './attribute.ts';
import type { Block, Schema } from './schema.ts';

const BLOCK_NESTING = {
  single: BlockNesting.SINGLE,
  list: BlockNesting.LIST,
  set: BlockNesting.SET,
  map: BlockNesting.MAP,
};

const OBJECT_NESTING = {
  single: ObjectNesting.SINGLE,
  list: ObjectNesting.LIST,
  set: ObjectNesting.SET,
  map: ObjectNesting.MAP,
};

/** A schema in the form of GetProviderSchema. */
export function schemaToWire(schema: Schema): WireSchema {
  return create(SchemaSchema, {
    version: BigInt(schema.version),
    block: {
      version: BigInt(schema.version),
      description: schema.description,
      descriptionKind: StringKind.MARKDOWN,
      deprecated: schema.deprecated === true,
      attributes: attributesToWire(schema.attributes),
      blockTypes: Object.entries(schema.blocks).map(([name, block]) => blockToWire(name, block)),
    },
  });
}

/** The bytes of a type in a schema. */
export function typeToWire(type: CtyType): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(typeToJson(type)));
}

type WireAttribute = MessageInitShape<typeof Schema_AttributeSchema>;

function attributesToWire(attributes: Attributes): WireAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => attributeToWire(name, attribute));
}

function attributeToWire(name: string, attribute: Attribute): WireAttribute {
  const { type, mode } = attribute;
  return {
    name,
    description: attribute.description,
    descriptionKind: StringKind.MARKDOWN,
    required: mode === 'required',
    optional: mode === 'optional' || mode === 'optionalComputed',
    computed: isComputed(attribute),
    sensitive: attribute.sensitive === true,
    deprecated: attribute.deprecated !== undefined,
    writeOnly: attribute.writeOnly === true,
    ...(isNested(type)
      ? {
          nestedType: {
            nesting: OBJECT_NESTING[type.nesting],
            attributes: attributesToWire(type.attributes),
          },
        }
      : { type: typeToWire(type.cty) }),
  };
}

function blockToWire(
  typeName: string,
  block: Block,
): MessageInitShape<typeof Schema_NestedBlockSchema> {
  return {
    typeName,
    nesting: BLOCK_NESTING[block.nesting],
    minItems: BigInt(block.minItems ?? 0),
    maxItems: BigInt(block.maxItems ?? 0),
    block: {
      description: block.description,
      descriptionKind: StringKind.MARKDOWN,
      attributes: attributesToWire(block.attributes),
    },
  };
}
