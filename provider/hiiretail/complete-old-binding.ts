import type { PlanRequest, StateRequest } from '../framework/dispatch/resource.ts';
import { type BindingKey, bindingIdOf } from './binding-id.ts';
import { stateOf } from './confirm-binding.ts';
import type { Connection } from './connection.ts';
import { explainFailure } from './explain-failure.ts';
import { findOldBindings, type Match } from './find-old-binding.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import { isIntact } from './old-binding-id.ts';
import type { RoleBindingState, roleBindingSchema } from './role-binding-schema.ts';

type Schema = typeof roleBindingSchema;

/** Whether the state still has the id of `extenda/hiiretail`, which marks it as one that is not completed. */
export function hasOldId(state: Pick<RoleBindingState, 'id'> & BindingKey): boolean {
  return typeof state.id === 'string' && state.id !== bindingIdOf(state);
}

/**
 * Completes the state of a binding of `extenda/hiiretail` from the bindings of the API. A refresh by that provider replaces group, role and
 * kind by parts of the id.
 *
 * @returns `undefined` where the state has lost nothing and the binding does not exist
 * @throws HiiRetailError `old_binding_unclear`, with the commands to run, where no binding fits the id or several do
 */
export async function completeOldBinding({
  state,
  client,
  signal,
}: Pick<StateRequest<Schema, Connection>, 'state' | 'client' | 'signal'>) {
  const { tenantId } = client;
  const matches = await findOldBindings(client.api(signal), state, tenantId);
  const [match, ...others] = matches;
  if (match !== undefined && others.length === 0) {
    return stateOf(match.binding, { ...state, ...match.key }, tenantId);
  }
  if (match === undefined && isIntact(state)) return undefined;
  const advice = match === undefined ? adviseOnNone(String(state.id), tenantId) : adviseOn(matches);
  throw new HiiRetailError('old_binding_unclear', { advice });
}

/**
 * Refuses the plan to replace a binding whose state is not completed: the state names another binding than the one that exists.
 *
 * @throws {@link Fault}, with the commands to run
 */
export function refuseToReplace({ prior, plan }: PlanRequest<Schema>): void {
  if (prior === undefined || !hasOldId(prior)) return;
  const { group_id, role_id, is_custom } = plan;
  const isSame =
    group_id === prior.group_id && role_id === prior.role_id && is_custom === prior.is_custom;
  if (isSame) return;
  const known = typeof group_id === 'string' && typeof role_id === 'string';
  const id = known
    ? bindingIdOf({ group_id, role_id, is_custom: is_custom === true })
    : 'group_id/role_id';
  const advice = `It is completed when it is read. Run the plan without -refresh=false, and with a provider configuration that is known. Or run

${removal}
${importOf(id)}

${ADDRESS}`;
  throw explainFailure(new HiiRetailError('old_binding_unclear', { advice }), doingOf(prior));
}

/** What a failure to complete it comes to. */
export function doingOf({ id }: Pick<RoleBindingState, 'id'>): string {
  return `The binding with the old id ${id} is not completed`;
}

function adviseOn(matches: readonly Match[]): string {
  return `Several bindings fit the old id. Remove it from the state, and import the one that the configuration describes:

${removal}
${matches.map(({ key }) => importOf(bindingIdOf(key))).join('\n')}

${ADDRESS} Run one of the imports.`;
}

function adviseOnNone(id: string, tenantId: string): string {
  const why = id.startsWith(`${tenantId}-`)
    ? 'No binding of the API fits the old id, so it was deleted elsewhere.'
    : `The old id is not of tenant ${tenantId}, which the provider is configured for. Correct tenant_id if that is wrong.`;
  return `${why} If it is to be created again, remove it from the state:

${removal}

${ADDRESS} If the role is bound in another group or under another id, import it then by group_id/role_id, or group_id/custom/role_id.`;
}

// Terraform tells no provider the address of a resource, and wraps no line that begins with a space.
const ADDRESS =
  'ADDRESS is the address of the resource: Terraform shows it after "with", and before "Refreshing state..." with the old id.';
const removal = "  terraform state rm 'ADDRESS'";
const importOf = (id: string) => `  terraform import 'ADDRESS' '${id.replaceAll("'", `'\\''`)}'`;
