/**
 * Parses JSON from outside. A byte order mark is read over (RFC 8259 section 8.1).
 *
 * @returns `undefined` if it is no JSON: the message of the parser quotes the text, which may hold
 *   a secret
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether JSON is an object, and no list. */
export function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
