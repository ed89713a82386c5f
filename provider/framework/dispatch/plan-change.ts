import { type Attribute, isComputed } from '../schema/attribute.ts';
import { impliedType, typeOfAttribute, typeOfBlock } from '../schema/implied-type.ts';
import type { Plan, State } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { transform } from '../schema/transform.ts';
import type { CtyType } from '../values/cty-type.ts';
import type { Path } from '../values/path.ts';
import { isRecord, UNKNOWN, Unknown, type Value, type ValueRecord } from '../values/value.ts';
import { valuesEqual } from '../values/value-equality.ts';
import type { Operation } from './operation.ts';
import type { Resource } from './resource.ts';
import { withoutWriteOnly } from './write-only.ts';

export interface Change {
  readonly config: Value;
  /** Null if the resource does not exist. */
  readonly prior: Value;
  /**
   * Proposal of Terraform: the configuration with prior values of computed attributes. Null if the
   * resource is to be destroyed.
   */
  readonly proposed: Value;
  readonly warn: Operation<unknown>['warn'];
}

export interface PlannedChange {
  readonly planned: Value;
  readonly requiresReplace: readonly Path[];
}

/** Plans a change by the rules of the schema, then by the resource's own `plan`. */
export function planChange(resource: Resource, change: Change): PlannedChange {
  if (change.proposed === null) return { planned: null, requiresReplace: [] };
  const { schema } = resource;
  // Terraform proposes write-only values like any others. They are removed first, or each plan
  // would show a difference.
  const proposed = withoutWriteOnly(schema, withDefaults(schema, change));
  const settled = keepEquivalents(schema, proposed, change.prior);
  const creates = change.prior === null;
  const unchanged = !creates && valuesEqual(impliedType(schema), settled, change.prior);
  const planned = unchanged
    ? settled
    : markUnknown(schema, settled, change.config, ({ keep }) => creates || keep !== true);
  return complete(
    resource,
    change,
    withoutWriteOnly(schema, planByResource(resource, change, planned)),
  );
}

function complete({ schema }: Resource, change: Change, planned: Value): PlannedChange {
  const requiresReplace =
    change.prior === null ? [] : findReplacements(schema, planned, change.prior);
  if (requiresReplace.length === 0) return { planned, requiresReplace };
  // A replacement is a creation, so no computed value is kept.
  const anew = markUnknown(schema, planned, change.config, () => true);
  return { planned: anew, requiresReplace };
}

function withDefaults(schema: Schema, { proposed, config }: Change): Value {
  return transform(schema, proposed, config, (attribute, value, configured) =>
    configured === null && attribute.default !== undefined ? (attribute.default as Value) : value,
  );
}

function markUnknown(
  schema: Schema,
  value: Value,
  config: Value,
  isOpen: (attribute: Attribute) => boolean,
): Value {
  return transform(schema, value, config, (attribute, inner, configured) => {
    const given = configured !== null || attribute.default !== undefined;
    return isComputed(attribute) && !given && isOpen(attribute) ? UNKNOWN : inner;
  });
}

/** A configuration in which every computed attribute without a value is unknown. */
export function withComputedUnknown(schema: Schema, config: Value): Value {
  return markUnknown(schema, config, config, () => true);
}

/** The value, with the prior value of each attribute if the service regards both as the same. */
export function keepEquivalents(schema: Schema, value: Value, prior: Value): Value {
  if (!isRecord(value) || !isRecord(prior)) return value;
  const kept: Record<string, Value> = { ...value };
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    const before = prior[name] ?? null;
    const after = value[name] ?? null;
    if (before === null || after === null || after instanceof Unknown) continue;
    if (attribute.semanticEquals?.(before, after)) kept[name] = before;
  }
  return kept;
}

function planByResource(resource: Resource, change: Change, planned: Value): Value {
  const changed = resource.plan?.({
    config: change.config as Plan<Schema>,
    prior: change.prior === null ? undefined : (change.prior as State<Schema>),
    plan: planned as Plan<Schema>,
    warn: change.warn,
  });
  return changed === undefined ? planned : (changed as ValueRecord);
}

function findReplacements(schema: Schema, planned: Value, prior: Value): Path[] {
  const differs = (name: string, type: CtyType) =>
    isRecord(planned) &&
    isRecord(prior) &&
    !valuesEqual(type, planned[name] ?? null, prior[name] ?? null);
  const attributes = Object.entries(schema.attributes)
    .filter(([, { forceNew }]) => forceNew === true)
    .filter(([name, { type }]) => differs(name, typeOfAttribute(type)));
  const blocks = Object.entries(schema.blocks)
    .filter(([, { forceNew }]) => forceNew === true)
    .filter(([name, block]) => differs(name, typeOfBlock(block)));
  return [...attributes, ...blocks].map(([name]) => [{ attribute: name }]);
}
