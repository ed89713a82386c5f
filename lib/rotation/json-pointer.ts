/** The rule in words, for messages. */
export const POINTER_RULE = 'must be a JSON pointer (RFC 6901) such as /client_secret';

/** Whether a text is a JSON pointer. The empty one is the whole document. */
export function isPointer(text: string): boolean {
  return /^(?:\/(?:[^~]|~[01])*)?$/.test(text);
}

/**
 * The value at a JSON pointer (RFC 6901).
 *
 * @returns `undefined` if there is none
 *
 * @example
 * ```ts
 * findValue([{ id: 'a' }], '/0/id'); // 'a'
 * ```
 */
export function findValue(json: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined,
    json,
  );
}

/**
 * A copy of a JSON object with another value at a pointer. Objects on the way are created.
 */
export function withValue(json: unknown, pointer: string, value: unknown): unknown {
  return put(json, keysOf(pointer), value);
}

function put(json: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const members = typeof json === 'object' && json !== null ? json : {};
  const { [key]: before } = members as Readonly<Record<string, unknown>>;
  const after = { ...members, [key]: put(before, rest, value) };
  return Array.isArray(json) ? Object.assign([...json], { [key]: after[key] }) : after;
}

// `~1` is read before `~0` (RFC 6901 section 4).
function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
