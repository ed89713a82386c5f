import type { Binding } from './iam-shapes.ts';

export interface BoundRole {
  readonly role_id: string;
  readonly is_custom: boolean | null;
}

// The API sometimes lists roles as `custom-roles/<id>`.
const plainRoleId = (id: string) => id.replace(/^(custom-)?roles\//, '');

function isOfCustomRole({ isCustom, roleId }: Binding): boolean | undefined {
  return isCustom ?? (roleId.startsWith('custom-roles/') ? true : undefined);
}

/**
 * Finds a role in the bindings of a group. A predefined and a custom role may have the same id, so
 * an entry of the other kind is another binding, also if it is the only one. `isCustom` is optional
 * in responses: an entry without it matches both kinds.
 */
export function findBinding(all: readonly Binding[], key: BoundRole): Binding | undefined {
  const ofRole = all.filter(({ roleId }) => plainRoleId(roleId) === plainRoleId(key.role_id));
  const wanted = key.is_custom === true;
  return (
    ofRole.find((entry) => isOfCustomRole(entry) === wanted) ??
    ofRole.find((entry) => isOfCustomRole(entry) === undefined)
  );
}
