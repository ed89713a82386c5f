import type { BindingKey } from './binding-id.ts';

/** Group and role, as one reading of an id has them. */
export type Reading = Pick<BindingKey, 'group_id' | 'role_id'>;

/** The members of a state of `extenda/hiiretail` that identify a binding. */
export interface OldState extends Reading {
  readonly id: string | null;
  readonly tenant_id: string | null;
}

/**
 * Whether group and role in the state are those with which the binding was created. A refresh by
 * `extenda/hiiretail` replaces them by the second and third part of the id between dashes. So they
 * are wrong if the tenant, the group or the role contains a dash.
 */
export function isIntact({ id, tenant_id, group_id, role_id }: OldState): boolean {
  const named = `${tenant_id}-${group_id}-${role_id}-`;
  return id?.startsWith(named) === true && !id.slice(named.length).includes('-') && hasCheck(id);
}

/**
 * Whether the state may belong to a tenant. The id of one tenant may begin with that of another, so
 * `tenant_id` of an intact state must also match.
 */
export function isOfTenant(state: OldState, tenantId: string): boolean {
  const { id, tenant_id } = state;
  return id?.startsWith(`${tenantId}-`) === true && (!isIntact(state) || tenant_id === tenantId);
}

/**
 * All readings of an id of `extenda/hiiretail`: `tenant-group-role-check`, in which each part may
 * contain dashes.
 *
 * @returns nothing for the id of another tenant
 */
export function readOldId(id: string, tenantId: string): readonly Reading[] {
  if (!id.startsWith(`${tenantId}-`)) return [];
  const all = id.slice(tenantId.length + 1);
  const checked = all.slice(0, Math.max(0, all.lastIndexOf('-')));
  // An imported id ends as the user typed it, so its last part may belong to the role.
  return [checked, ...(hasCheck(id) ? [] : [all])].flatMap(splitAtDashes);
}

// The check is the number of bytes of the other parts times 17, in hexadecimal.
function hasCheck(id: string): boolean {
  const check = id.slice(id.lastIndexOf('-') + 1);
  const bytes = Buffer.byteLength(id) - check.length - '---'.length;
  return check === (bytes * 17).toString(16).padStart(8, '0');
}

function splitAtDashes(text: string): readonly Reading[] {
  return [...text.matchAll(/-/g)]
    .map(({ index }) => ({ group_id: text.slice(0, index), role_id: text.slice(index + 1) }))
    .filter(({ group_id, role_id }) => group_id !== '' && role_id !== '');
}
