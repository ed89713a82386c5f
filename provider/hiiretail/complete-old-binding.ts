import type { PlanRequest } from '../framework/dispatch/resource.ts';
import { type BindingKey, bindingIdOf } from './binding-id.ts';
import { stateOf } from './confirm-binding.ts';
import { explainError } from './explain-error.ts';
import { findOldBindings, type Source } from './find-old-binding.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import {
  adviseOnMatches,
  adviseOnNone,
  adviseOnReplacement,
  adviseOnTenant,
  READ_FIRST,
} from './old-binding-advice.ts';
import { isIntact, isOfTenant } from './old-binding-id.ts';
import type { RoleBindingState, roleBindingSchema } from './role-binding-schema.ts';

type Schema = typeof roleBindingSchema;

/**
 * Whether the state has an id of `extenda/hiiretail`, which marks a state that is not completed
 * yet.
 */
export function hasOldId(state: Pick<RoleBindingState, 'id'> & BindingKey): boolean {
  return typeof state.id === 'string' && state.id !== bindingIdOf(state);
}

/**
 * Completes the state of a binding of `extenda/hiiretail` from the bindings of the API. A refresh
 * by that provider replaces group, role and kind by parts of the id.
 *
 * @returns `undefined` if the state has lost nothing and the binding does not exist
 * @throws {@link DiagnosticError} `old_binding_unclear`, with the commands to run, if the id
 *   belongs to another tenant, fits no binding, or fits several; the errors of reads
 */
export async function completeOldBinding(
  source: Source,
  state: RoleBindingState,
): Promise<RoleBindingState | undefined> {
  try {
    return await complete(source, state);
  } catch (error) {
    throw explainError(error, `${subjectOf(state)} is not completed`);
  }
}

async function complete(
  source: Source,
  state: RoleBindingState,
): Promise<RoleBindingState | undefined> {
  const { tenantId } = source;
  // This check precedes all reads, because the API lists only the tenant of the provider.
  if (!isOfTenant(state, tenantId)) throw unclear(adviseOnTenant(tenantId));
  const { matches, isAmbiguous } = await findOldBindings(source, state);
  const [match, ...others] = matches;
  if (match === undefined) {
    if (isIntact(state)) return undefined;
    throw unclear(adviseOnNone());
  }
  // If the id fits several groups, the binding of this state may be a deleted one. Then the
  // remaining binding is another one.
  if (isAmbiguous || others.length > 0) throw unclear(adviseOnMatches(matches));
  return stateOf(match.binding, { ...state, ...match.key }, tenantId);
}

/**
 * Rejects a plan that replaces a binding whose state has lost its group, role or kind. Such a state
 * names another binding than the one that exists.
 *
 * @throws {@link DiagnosticError} with the commands to run
 */
export function refuseToReplace({ prior, plan }: PlanRequest<Schema>): void {
  if (prior === undefined || !hasOldId(prior) || isIntact(prior)) return;
  const { group_id, role_id, is_custom } = plan;
  const isSame =
    group_id === prior.group_id && role_id === prior.role_id && is_custom === prior.is_custom;
  if (isSame) return;
  const isKnown =
    typeof group_id === 'string' && typeof role_id === 'string' && typeof is_custom === 'boolean';
  const id = isKnown ? bindingIdOf({ group_id, role_id, is_custom }) : undefined;
  throw explainError(unclear(adviseOnReplacement(id)), `${subjectOf(prior)} is not completed`);
}

/**
 * Rejects a write if the state belongs to another tenant, or has lost its group, role or kind. The
 * id may fit another binding, and the plan has not shown which.
 *
 * @param outcome what does not happen, such as `is not deleted`
 * @throws {@link DiagnosticError}
 */
export function refuseToWrite(prior: RoleBindingState, tenantId: string, outcome: string): void {
  if (!hasOldId(prior)) return;
  const doing = `${subjectOf(prior)} ${outcome}`;
  if (!isOfTenant(prior, tenantId)) throw explainError(unclear(adviseOnTenant(tenantId)), doing);
  if (!isIntact(prior)) throw explainError(unclear(READ_FIRST), doing);
}

function unclear(advice: string): HiiRetailError {
  return new HiiRetailError('old_binding_unclear', { advice });
}

function subjectOf({ id }: Pick<RoleBindingState, 'id'>): string {
  return `The binding with the old id ${id}`;
}
