import type { CreateRequest } from '../framework/dispatch/resource.ts';
import { bindingIdOf } from './binding-id.ts';
import { confirmWrite, differenceOf } from './confirm-write.ts';
import type { Connection } from './connection.ts';
import { findBinding } from './find-binding.ts';
import type { Binding } from './iam-shapes.ts';
import {
  type RoleBindingState,
  type roleBindingSchema,
  sameBindings,
} from './role-binding-schema.ts';

type Key = Pick<RoleBindingState, 'group_id' | 'role_id' | 'is_custom'>;

/**
 * The state of a binding. The API does not store all attributes, so the others come from `given`.
 */
export function stateOf(
  binding: Binding,
  given: Key & Pick<RoleBindingState, 'bindings' | 'all_resources' | 'description' | 'condition'>,
  tenantId: string,
): RoleBindingState {
  const key = {
    group_id: given.group_id,
    role_id: given.role_id,
    is_custom: given.is_custom === true,
  };
  const bindings = binding.bindings ?? [];
  const isForAll = bindings.length === 0;
  return {
    ...key,
    id: bindingIdOf(key),
    tenant_id: tenantId,
    bindings: isForAll ? (given.bindings?.length === 0 ? [] : null) : bindings,
    all_resources: isForAll ? true : given.all_resources === true ? null : given.all_resources,
    description: given.description,
    condition: given.condition,
  };
}

// This is the most likely cause if the API accepts a binding and does not store it.
const ABSENT =
  'The API does this for roles and resources that do not exist. Check role_id, is_custom and bindings. Identifiers must be exactly as the API shows them.';

/**
 * Waits until the API shows a written binding.
 *
 * @returns the state of the binding
 * @throws {@link DiagnosticError} with the state of the existing binding, because a binding with
 *   other resources, or with all, must stay in the state
 */
export function confirmBinding(
  request: CreateRequest<typeof roleBindingSchema, Connection>,
  key: Key,
  doing: string,
): Promise<RoleBindingState> {
  const { client, config } = request;
  const requested = config.bindings ?? [];
  const toState = (found: Binding) => stateOf(found, { ...config, ...key }, client.tenantId);
  return confirmWrite(request, {
    subject: `The binding ${bindingIdOf(key)}`,
    doing,
    read: async (api) => findBinding((await api.listBindings(key.group_id)) ?? [], key),
    differences: ({ bindings }) => describeDifference(requested, bindings ?? []),
    differing: ({ bindings }) =>
      (bindings ?? []).length === 0
        ? `Role ${key.role_id} holds in group ${key.group_id} for EVERY resource of the tenant`
        : `Role ${key.role_id} is not bound to ${key.group_id} as requested`,
    toState,
    written: toState(writeOf(key, config.bindings)),
    adviceOnAbsence: ABSENT,
  });
}

function describeDifference(requested: readonly string[], shown: readonly string[]) {
  if (sameBindings(requested, shown)) return [];
  return differenceOf('bindings', requested, shown).map((text) =>
    shown.length === 0 ? `${text}, which is ACCESS TO EVERYTHING, now and in future` : text,
  );
}

/** The body of a write. */
export function writeOf(key: Key, bindings: readonly string[] | null) {
  return { roleId: key.role_id, isCustom: key.is_custom === true, bindings: [...(bindings ?? [])] };
}
