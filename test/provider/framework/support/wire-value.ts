import { impliedType } from '../../../../provider/framework/schema/implied-type.ts';
import type { Schema } from '../../../../provider/framework/schema/schema.ts';
import {
  readDynamicValue,
  writeDynamicValue,
} from '../../../../provider/framework/values/dynamic-value.ts';
import type { Value, ValueRecord } from '../../../../provider/framework/values/value.ts';
import type { DynamicValue } from '../../../../provider/framework/wire/generated/tfplugin6_pb.js';

/** A value of a schema as Terraform sends it: absent attributes are null, absent blocks empty. */
export function wireValue(schema: Schema, given: ValueRecord): DynamicValue {
  const attributes = Object.keys(schema.attributes).map((name) => [name, null] as const);
  const blocks = Object.entries(schema.blocks).map(
    ([name, { nesting }]) => [name, nesting === 'single' ? null : []] as const,
  );
  const nothing = Object.fromEntries<Value>([...attributes, ...blocks]);
  return writeDynamicValue({ ...nothing, ...given }, impliedType(schema));
}

export function wireNull(schema: Schema): DynamicValue {
  return writeDynamicValue(null, impliedType(schema));
}

/** The response of a provider, as a plain record. */
export function readWire(schema: Schema, value: DynamicValue | undefined): ValueRecord | null {
  const read = readDynamicValue(value, impliedType(schema)) as ValueRecord | null;
  return read === null ? null : { ...read };
}
