/** An object of a policy in Cedar's JSON form. */
export type PolicyNode = Readonly<Record<string, unknown>>;

/**
 * Every object of a part of a policy in Cedar's JSON form
 * (https://docs.cedarpolicy.com/policies/json-format.html), from the outside in.
 */
export function* nodesOf(value: unknown): Generator<PolicyNode> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
  } else if (typeof value === 'object' && value !== null) {
    yield value as PolicyNode;
    for (const item of Object.values(value)) yield* nodesOf(item);
  }
}
