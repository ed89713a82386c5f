export interface BindingKey {
  readonly group_id: string;
  readonly role_id: string;
  readonly is_custom: boolean | null;
}

/**
 * The id of a binding: `group_id/role_id`, or `group_id/custom/role_id`. The API has no ids for
 * bindings.
 *
 * The id is unique. Only the id of a custom role, which comes last, may contain a slash. In groups
 * and predefined roles, whose ids should contain none, a slash becomes `%2F`.
 *
 * @example
 * ```ts
 * // 'cashiers/custom/custom.approver'
 * bindingIdOf({ group_id: 'cashiers', role_id: 'custom.approver', is_custom: true });
 * ```
 */
export function bindingIdOf({ group_id, role_id, is_custom }: BindingKey): string {
  return `${hideSlash(group_id)}/${is_custom === true ? `custom/${role_id}` : hideSlash(role_id)}`;
}

/** Parses the id of a binding. `undefined` if the text is no such id. */
export function parseBindingId(id: string): BindingKey | undefined {
  const [, group_id, custom, role_id] = /^([^/]+)\/(?:(custom)\/)?(.+)$/s.exec(id) ?? [];
  if (group_id === undefined || role_id === undefined) return undefined;
  const is_custom = custom !== undefined;
  if (!is_custom && role_id.includes('/')) return undefined;
  return {
    group_id: showSlash(group_id),
    role_id: is_custom ? role_id : showSlash(role_id),
    is_custom,
  };
}

// A per cent sign is escaped only before 2F and 25, because older states contain unescaped ones.
const hideSlash = (id: string) => id.replace(/%(?=2F|25)/g, '%25').replaceAll('/', '%2F');

const showSlash = (id: string) =>
  id.replace(/%2F|%25/g, (hidden) => (hidden === '%2F' ? '/' : '%'));
