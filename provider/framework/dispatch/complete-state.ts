import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import type { Schema } from '../schema/schema.ts';
import { mapEntries } from '../values/cty-type.ts';
import { isRecord, isWhollyKnown, type Value } from '../values/value.ts';

type Given = Readonly<Record<string, unknown>>;

/**
 * The state after an operation. Known values stay as planned, because Terraform requires that. The
 * other values come from the operation.
 *
 * @throws {@link DiagnosticError} naming a value that is still missing, which is a bug of the
 *   operation
 */
export function completeState(planned: Value, given: Given): Value {
  if (!isRecord(planned)) return planned;
  return mapEntries(planned, (value, name) => {
    if (isWhollyKnown(value)) return value;
    if (Object.hasOwn(given, name)) return given[name] as Value;
    throw new DiagnosticError({
      summary: 'The provider left out a value',
      detail: `It gave no value for ${name}. This is a bug in the provider; please report it.`,
    });
  });
}

/**
 * The state of an object that exists in spite of an error. Terraform does not require that it is as
 * planned. A value comes from the operation, else from the plan, else it is null.
 */
export function partialState(planned: Value, given: Given): Value {
  if (!isRecord(planned)) return planned;
  return mapEntries(planned, (value, name) => {
    if (Object.hasOwn(given, name)) return given[name] as Value;
    return isWhollyKnown(value) ? value : null;
  });
}

/** A value of the schema with the given attributes and no others. Some may be missing. */
export function stateFrom(schema: Schema, given: Given): Value {
  const attributes = mapEntries(schema.attributes, (_, name) => (given[name] ?? null) as Value);
  const blocks = mapEntries(schema.blocks, ({ nesting }, name) => {
    const empty: Value = nesting === 'single' ? null : [];
    return (given[name] ?? empty) as Value;
  });
  return { ...attributes, ...blocks };
}
