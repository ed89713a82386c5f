import type { Binding } from './iam-shapes.ts';

export interface BoundRole {
  readonly role_id: string;
  readonly is_custom: boolean | null;
}

// Lists were seen to show roles as `custom-roles/<id>`.
const plainRoleId = (id: string) => id.replace(/^(custom-)?roles\//, '');

/** The entry of a role in the list of a group. */
export function findBinding(all: readonly Binding[], key: BoundRole): Binding | undefined {
  const ofRole = all.filter(({ roleId }) => plainRoleId(roleId) === plainRoleId(key.role_id));
  const wanted = key.is_custom === true;
  // A predefined and a custom role may have one id; `isCustom` is optional in answers.
  return ofRole.find(({ isCustom }) => isCustom === wanted) ?? ofRole[0];
}
