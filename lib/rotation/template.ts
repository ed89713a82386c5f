/** The values of `{name}` in templates. Only a template that is nothing else may have other values than text. */
export type Variables = Readonly<Record<string, unknown>>;

const VARIABLE = /\{([a-z][a-z0-9_]*)\}/g;

/** The names of the variables in a template: a text, or JSON with texts. */
export function variablesOf(template: unknown): readonly string[] {
  if (typeof template === 'string')
    return [...template.matchAll(VARIABLE)].map(([, name]) => name as string);
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(variablesOf);
}

/**
 * @param encode of each value; default: none
 *
 * @example
 * ```ts
 * fillText('/clients/{client_id}', { client_id: 'a/b' }, encodeURIComponent); // '/clients/a%2Fb'
 * ```
 */
export function fillText(
  template: string,
  variables: Variables,
  encode: (value: string) => string = String,
): string {
  return template.replaceAll(VARIABLE, (_, name: string) => encode(String(variables[name] ?? '')));
}

/** Fills the texts in JSON. A text that is one variable becomes the value itself. */
export function fillJson(template: unknown, variables: Variables): unknown {
  if (typeof template === 'string') {
    const [whole] = /^\{[a-z][a-z0-9_]*\}$/.exec(template) ?? [];
    return whole === undefined
      ? fillText(template, variables)
      : (variables[whole.slice(1, -1)] ?? '');
  }
  if (Array.isArray(template)) return template.map((one) => fillJson(one, variables));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fillJson(value, variables)]),
  );
}
