import type { BindingKey } from './binding-id.ts';
import { findBinding } from './find-binding.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import type { IamApi } from './iam-api.ts';
import type { Binding } from './iam-shapes.ts';
import { isIntact, type OldState, type Reading, readOldId } from './old-binding-id.ts';
import { PREDEFINED_ROLE } from './role-binding-schema.ts';

/** A binding of the API that a state of `extenda/hiiretail` can mean. */
export interface Match {
  readonly key: BindingKey;
  readonly binding: Binding;
}

type Asked = Pick<IamApi, 'listBindings' | 'findRole'>;

/**
 * The bindings that a state of `extenda/hiiretail` can mean: group and role from the state if it has not lost them, else from its id.
 * `is_custom` is looked up in either case, because a refresh guesses it.
 *
 * @throws HiiRetailError and the failures of tokens
 */
export async function findOldBindings(
  api: Asked,
  state: OldState & BindingKey,
  tenantId: string,
): Promise<readonly Match[]> {
  const intact = isIntact(state);
  const readings = intact ? [state] : readOldId(String(state.id), tenantId);
  const bound = new Map<string, readonly Binding[]>();
  const matches: Match[] = [];
  for (const reading of readings) {
    const { group_id } = reading;
    const all = bound.get(group_id) ?? (await listBindings(api, group_id));
    bound.set(group_id, all);
    const told = intact ? state.is_custom === true : undefined;
    matches.push(...(await matchesOf(api, all, reading, told)));
  }
  return matches;
}

/** Most readings name no group, and some nothing that the API takes for the id of one. */
async function listBindings(api: Asked, groupId: string): Promise<readonly Binding[]> {
  try {
    return (await api.listBindings(groupId)) ?? [];
  } catch (error) {
    if (error instanceof HiiRetailError && error.code === 'api_refused_input') return [];
    throw error;
  }
}

/** @param told whether the role is custom, as an intact state says */
async function matchesOf(
  api: Asked,
  all: readonly Binding[],
  { group_id, role_id }: Reading,
  told: boolean | undefined,
): Promise<readonly Match[]> {
  const predefined = findBinding(all, { role_id, is_custom: false });
  const custom = findBinding(all, { role_id, is_custom: true });
  const found = [
    { is_custom: false, binding: predefined },
    { is_custom: true, binding: custom },
  ].flatMap(({ is_custom, binding }) =>
    binding === undefined ? [] : [{ key: { group_id, role_id, is_custom }, binding }],
  );
  // The same entry for both kinds is one of which the API does not say the kind.
  if (predefined === undefined || predefined !== custom) return found;
  const kinds = told === undefined ? await kindsOf(api, role_id) : [told];
  return found.filter(({ key }) => kinds.includes(key.is_custom));
}

/** Whether the role may be predefined (`false`) or custom (`true`). */
async function kindsOf(api: Asked, roleId: string): Promise<readonly boolean[]> {
  if (!PREDEFINED_ROLE.test(roleId)) return [true];
  return (await api.findRole(roleId)) === undefined ? [false] : [false, true];
}
