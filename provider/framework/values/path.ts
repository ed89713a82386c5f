/** One step into a value: an attribute of an object, a key of a map, or an index of a list. */
export type PathStep =
  | { readonly attribute: string }
  | { readonly key: string }
  | { readonly index: number };

/**
 * A position in a configuration or state, empty for the whole. Elements of sets have no path: the
 * path ends at the set.
 */
export type Path = readonly PathStep[];

/**
 * A path from attribute names, list indexes and steps.
 *
 * @example
 * ```ts
 * pathOf('rules', 0, 'labels', { key: 'team' }); // rules[0].labels["team"]
 * ```
 */
export function pathOf(...steps: readonly (string | number | PathStep)[]): Path {
  return steps.map((step) => {
    if (typeof step === 'string') return { attribute: step };
    return typeof step === 'number' ? { index: step } : step;
  });
}

/** A path in HCL syntax. */
export function formatPath(path: Path): string {
  return path
    .map((step, position) => {
      if ('index' in step) return `[${step.index}]`;
      if ('key' in step) return `[${JSON.stringify(step.key)}]`;
      return position === 0 ? step.attribute : `.${step.attribute}`;
    })
    .join('');
}
