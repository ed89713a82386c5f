import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { Validation } from '../framework/dispatch/operation.ts';
import {
  type CreateRequest,
  defineResource,
  type ImportRequest,
  type PlanRequest,
  type StateRequest,
  type UpdateRequest,
} from '../framework/dispatch/resource.ts';
import type { Config } from '../framework/schema/infer.ts';
import type { JsonRecord } from '../framework/values/json-decode.ts';
import { pathOf } from '../framework/values/path.ts';
import { Unknown } from '../framework/values/value.ts';
import { awaitGone } from './await-stored.ts';
import { bindingIdOf, parseBindingId } from './binding-id.ts';
import {
  completeOldBinding,
  hasOldId,
  refuseToReplace,
  refuseToWrite,
} from './complete-old-binding.ts';
import { confirmBinding, stateOf, writeOf } from './confirm-binding.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import { findBinding } from './find-binding.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import { OldBindingReads } from './old-binding-reads.ts';
import {
  PREDEFINED_ROLE,
  type RoleBindingState,
  roleBindingSchema,
} from './role-binding-schema.ts';

type Schema = typeof roleBindingSchema;
type Key = Pick<RoleBindingState, 'group_id' | 'role_id' | 'is_custom'>;

function validate({ config, report }: Validation<Config<Schema>>): void {
  for (const text of [checkScope(config), checkRole(config)]) if (text !== undefined) report(text);
}

/**
 * Exactly one of `bindings` and `all_resources` must be set. A missing value must never mean all
 * resources.
 */
function checkScope({ bindings, all_resources: all }: Config<Schema>): DiagnosticText | undefined {
  if (bindings instanceof Unknown || all instanceof Unknown) return undefined;
  const some = Array.isArray(bindings) && bindings.length > 0;
  if (some !== (all === true)) return undefined;
  return {
    summary: some
      ? 'bindings and all_resources contradict each other'
      : 'The binding names no resources',
    detail: some
      ? 'Set bindings for some resources, or all_resources = true for all resources, not both.'
      : 'For the API, a role that is bound without resources applies to every resource of the tenant. Name the resources in bindings, or set all_resources = true for all resources.',
    path: pathOf('bindings'),
  };
}

/** The API accepts the binding of an impossible role and does not store it. */
function checkRole({ role_id, is_custom }: Config<Schema>): DiagnosticText | undefined {
  const mayBeCustom = is_custom instanceof Unknown || is_custom === true;
  if (mayBeCustom || typeof role_id !== 'string' || PREDEFINED_ROLE.test(role_id)) return undefined;
  return {
    summary: 'role_id is not that of a predefined role',
    detail:
      'The id of a predefined role must be system.role: 3, and 2 to 30 lower-case letters or hyphens, such as pos.cashier. For a custom role set is_custom = true.',
    path: pathOf('role_id'),
  };
}

function keyOf({ config, plan }: CreateRequest<Schema, Connection>): Key {
  return {
    group_id: config.group_id,
    role_id: config.role_id,
    is_custom: plan.is_custom === true,
  };
}

function checkTenant({ config, client }: CreateRequest<Schema, Connection>): void {
  if (config.tenant_id === null || config.tenant_id === client.tenantId) return;
  throw new DiagnosticError({
    summary: 'tenant_id is not that of the provider',
    detail:
      'A binding is always in the tenant of the provider configuration. Remove tenant_id, or give the resource a provider of that tenant (provider = hiiretail.other).',
    path: pathOf('tenant_id'),
  });
}

async function create(request: CreateRequest<Schema, Connection>) {
  checkTenant(request);
  const { config, client, signal } = request;
  const key = keyOf(request);
  const doing = `Role ${key.role_id} is not bound to ${key.group_id}`;
  await client
    .api(signal)
    .assignRole(key.group_id, writeOf(key, config.bindings))
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  return await confirmBinding(request, key, doing);
}

function plan(request: PlanRequest<Schema>) {
  refuseToReplace(request);
  return request.plan;
}

async function read({ state, client, signal }: StateRequest<Schema, Connection>) {
  const { tenantId, oldBindings: reads } = client;
  const api = client.api(signal);
  if (hasOldId(state)) return await completeOldBinding({ api, reads, tenantId }, state);
  try {
    const all = await api.listBindings(state.group_id);
    const found = findBinding(all ?? [], state);
    return found === undefined ? undefined : stateOf(found, state, tenantId);
  } catch (error) {
    throw explainError(error, `The roles of group ${state.group_id} cannot be read`);
  }
}

async function update(request: UpdateRequest<Schema, Connection>) {
  checkTenant(request);
  const { config, prior, client, signal } = request;
  refuseToWrite(prior, client.tenantId, 'is not updated');
  const key = keyOf(request);
  const doing = `The binding ${bindingIdOf(key)} is not updated`;
  await client
    .api(signal)
    .updateBinding(key.group_id, writeOf(key, config.bindings))
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  return await confirmBinding(request, key, doing);
}

async function remove({ state: prior, client, signal }: StateRequest<Schema, Connection>) {
  const { clock, tenantId } = client;
  const api = client.api(signal);
  refuseToWrite(prior, tenantId, 'is not deleted');
  const source = { api, tenantId, reads: new OldBindingReads() };
  const state = hasOldId(prior) ? await completeOldBinding(source, prior) : prior;
  if (state === undefined) return;
  const { group_id, role_id, is_custom } = state;
  let wasBound = false;
  try {
    wasBound = await api.unassignRole(group_id, role_id, is_custom === true);
    // The API also responds with 404 if is_custom is wrong, and the access remains. So a read
    // confirms the deletion.
    const read = async () => findBinding((await api.listBindings(group_id)) ?? [], state);
    if (!(await awaitGone({ clock, signal, read }))) throw new HiiRetailError('still_bound');
  } catch (error) {
    // Terraform stopped during that read. The response to the deletion then decides.
    if (wasBound && signal.aborted && !(error instanceof HiiRetailError)) return;
    throw explainError(error, `The binding ${bindingIdOf(state)} is not deleted`);
  }
}

async function importBinding({
  id,
}: ImportRequest<Connection>): Promise<Partial<RoleBindingState>> {
  const key = parseBindingId(id);
  if (key !== undefined) return key;
  throw new DiagnosticError({
    summary: 'Not the id of a role binding',
    detail:
      'Import by group_id/role_id for a predefined role, by group_id/custom/role_id for a custom one.',
  });
}

/**
 * Version 0 is that of `extenda/hiiretail`, whose refresh loses group, role and kind of a binding.
 * The id is kept, because only the id is unchanged: the next read completes the state from it. A
 * failed update leaves no id. The state then has the values of the configuration.
 */
function upgrade(_version: number, state: JsonRecord): JsonRecord {
  const key = {
    group_id: String(state['group_id']),
    role_id: String(state['role_id']),
    is_custom: state['is_custom'] === true,
  };
  return { ...state, id: state['id'] ?? bindingIdOf(key), condition: null };
}

export const roleBindingResource = defineResource({
  schema: roleBindingSchema,
  validate,
  plan,
  create,
  read,
  update,
  delete: remove,
  import: importBinding,
  upgrade,
});
