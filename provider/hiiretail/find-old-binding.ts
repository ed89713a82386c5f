import type { BindingKey } from './binding-id.ts';
import { findBinding } from './find-binding.ts';
import type { IamApi } from './iam-api.ts';
import type { Binding } from './iam-shapes.ts';
import { isIntact, type OldState, type Reading, readOldId } from './old-binding-id.ts';
import type { OldBindingReads } from './old-binding-reads.ts';
import { PREDEFINED_ROLE } from './role-binding-schema.ts';

/** A binding of the API that fits a state of `extenda/hiiretail`. */
export interface Match {
  readonly key: BindingKey;
  readonly binding: Binding;
}

export interface OldMatches {
  readonly matches: readonly Match[];
  /**
   * Whether the state fits several existing groups, even if only one of them has such a binding
   * now.
   */
  readonly isAmbiguous: boolean;
}

export interface Source {
  readonly api: IamApi;
  readonly reads: OldBindingReads;
  readonly tenantId: string;
}

/**
 * Finds the bindings that fit a state of `extenda/hiiretail`. Group and role come from the state if
 * it has not lost them, else from its id. `is_custom` is always looked up, because a refresh
 * guesses it.
 *
 * @throws HiiRetailError, VendError, TokenVendingError
 */
export async function findOldBindings(
  source: Source,
  state: OldState & BindingKey,
): Promise<OldMatches> {
  const { api, reads } = source;
  const intact = isIntact(state);
  const readings = intact ? [state] : await possibleReadings(source, String(state.id));
  const told = intact ? state.is_custom === true : undefined;
  const matches: Match[] = [];
  for (const reading of readings) {
    const all = await reads.bindingsOf(api, reading.group_id);
    matches.push(...(await matchesOf(source, all, reading, told)));
  }
  return { matches, isAmbiguous: new Set(readings.map(({ group_id }) => group_id)).size > 1 };
}

/**
 * The group of an id that is a UUID can end at each of its dashes, so most readings name no
 * existing group.
 */
async function possibleReadings({ api, reads, tenantId }: Source, id: string) {
  const groups = await reads.groupIds(api);
  return readOldId(id, tenantId).filter(({ group_id }) => groups.has(group_id));
}

/** @param told whether the role is custom according to an intact state */
async function matchesOf(
  source: Source,
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
  // If both are the same entry, the API does not show its kind.
  if (predefined === undefined || predefined !== custom) return found;
  const kinds = await kindsOf(source, role_id, told);
  return found.filter(({ key }) => kinds.includes(key.is_custom));
}

/**
 * The possible values of `is_custom`: both if the role may exist as both, and the state does not
 * say which.
 */
async function kindsOf({ api, reads }: Source, roleId: string, told: boolean | undefined) {
  if (!PREDEFINED_ROLE.test(roleId)) return [true];
  if (!(await reads.hasCustomRole(api, roleId))) return [false];
  return told === undefined ? [false, true] : [told];
}
