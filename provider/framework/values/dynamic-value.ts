import { create } from '@bufbuild/protobuf';
import { type DynamicValue, DynamicValueSchema } from '../wire/generated/tfplugin6_pb.js';
import type { CtyType } from './cty-type.ts';
import { parseJson, projectJson } from './json-decode.ts';
import { decodeMsgpack } from './msgpack-decode.ts';
import { encodeMsgpack } from './msgpack-encode.ts';
import type { Value } from './value.ts';

/** Reads a value from the wire: MessagePack, else JSON, else null. */
export function readDynamicValue(message: DynamicValue | undefined, type: CtyType): Value {
  if (message === undefined) return null;
  if (message.msgpack.length > 0) return decodeMsgpack(message.msgpack, type);
  return message.json.length > 0 ? projectJson(parseJson(message.json), type) : null;
}

/** Writes a value as MessagePack. */
export function writeDynamicValue(value: Value, type: CtyType): DynamicValue {
  return create(DynamicValueSchema, { msgpack: encodeMsgpack(value, type) });
}
