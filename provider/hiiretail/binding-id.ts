export interface BindingKey {
  readonly group_id: string;
  readonly role_id: string;
  readonly is_custom: boolean | null;
}

/**
 * The id of a binding, which the API has none of: `group_id/role_id`, or `group_id/custom/role_id`. It is unique, because identifiers of
 * groups and predefined roles hold no slash.
 *
 * @example
 * ```ts
 * bindingIdOf({ group_id: 'cashiers', role_id: 'custom.approver', is_custom: true }); // 'cashiers/custom/custom.approver'
 * ```
 */
export function bindingIdOf({ group_id, role_id, is_custom }: BindingKey): string {
  return `${group_id}/${is_custom === true ? 'custom/' : ''}${role_id}`;
}

/** The parts of such an id, `undefined` where it is none. */
export function parseBindingId(id: string): BindingKey | undefined {
  const [, group_id, custom, role_id] = /^([^/]+)\/(?:(custom)\/)?(.+)$/.exec(id) ?? [];
  if (group_id === undefined || role_id === undefined) return undefined;
  const is_custom = custom !== undefined;
  return is_custom || !role_id.includes('/') ? { group_id, role_id, is_custom } : undefined;
}
