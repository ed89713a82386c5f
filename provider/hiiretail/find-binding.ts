import type { Binding } from './iam-shapes.ts';

export interface BoundRole {
  readonly role_id: string;
  readonly is_custom: boolean | null;
}

// Lists were seen to show roles as `custom-roles/<id>`.
const plainRoleId = (id: string) => id.replace(/^(custom-)?roles\//, '');

function isOfCustomRole({ isCustom, roleId }: Binding): boolean | undefined {
  return isCustom ?? (roleId.startsWith('custom-roles/') ? true : undefined);
}

/**
 * The entry of a role in the list of a group. A predefined and a custom role may have one id, so an entry of the other kind is
 * somebody else's, even where it is the only one. `isCustom` is optional in answers: an entry that does not say may be of either.
 */
export function findBinding(all: readonly Binding[], key: BoundRole): Binding | undefined {
  const ofRole = all.filter(({ roleId }) => plainRoleId(roleId) === plainRoleId(key.role_id));
  const wanted = key.is_custom === true;
  return (
    ofRole.find((entry) => isOfCustomRole(entry) === wanted) ??
    ofRole.find((entry) => isOfCustomRole(entry) === undefined)
  );
}
