import type { Schema } from '../schema/schema.ts';
import { transform } from '../schema/transform.ts';
import type { Value } from '../values/value.ts';

/** The value for plans and states: every write-only attribute is null. */
export function withoutWriteOnly(schema: Schema, value: Value): Value {
  return transform(schema, value, null, (attribute, inner) =>
    attribute.writeOnly === true ? null : inner,
  );
}
