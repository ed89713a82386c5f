export interface BindingKey {
  readonly group_id: string;
  readonly role_id: string;
  readonly is_custom: boolean | null;
}

/**
 * The id of a binding, which the API has none of: `group_id/role_id`, or `group_id/custom/role_id`. It is unique: only a custom role,
 * which comes last, may show a slash of its own. In groups and predefined roles, whose identifiers should hold none, it stands as `%2F`.
 *
 * @example
 * ```ts
 * bindingIdOf({ group_id: 'cashiers', role_id: 'custom.approver', is_custom: true }); // 'cashiers/custom/custom.approver'
 * ```
 */
export function bindingIdOf({ group_id, role_id, is_custom }: BindingKey): string {
  return `${hideSlash(group_id)}/${is_custom === true ? `custom/${role_id}` : hideSlash(role_id)}`;
}

/** The parts of such an id, `undefined` where it is none. */
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

// A per cent sign stays as it is wherever it cannot be mistaken, because ids with one stand in states already.
const hideSlash = (id: string) => id.replace(/%(?=2F|25)/g, '%25').replaceAll('/', '%2F');

const showSlash = (id: string) =>
  id.replace(/%2F|%25/g, (hidden) => (hidden === '%2F' ? '/' : '%'));
