import { bindingIdOf } from './binding-id.ts';
import type { Match } from './find-old-binding.ts';

// Terraform passes no provider the address of a resource. It does not wrap lines that begin with a
// space.
const ADDRESS =
  'ADDRESS is the address of the resource: Terraform shows it after "with", and before "Refreshing state..." with the old id.';
const removal = "  terraform state rm 'ADDRESS'";
const importOf = (id: string) => `  terraform import 'ADDRESS' '${id.replaceAll("'", `'\\''`)}'`;

/** Advice if the old id fits several bindings, of which these exist. */
export function adviseOnMatches(matches: readonly Match[]): string {
  return `Several bindings can have the old id. Remove the resource from the state. Then import the binding that the configuration describes, if it is one of these existing bindings:

${removal}
${matches.map(({ key }) => importOf(bindingIdOf(key))).join('\n')}

${ADDRESS} Run one import at most. If the binding is none of these, it was deleted elsewhere: run no import, and the next apply creates it.`;
}

/** Advice if the old id fits no binding. */
export function adviseOnNone(): string {
  return `No binding in the API has the old id, so it was deleted by another program. To create it again, remove it from the state:

${removal}

${ADDRESS} If the role is bound in another group or under another id, import it then by group_id/role_id, or group_id/custom/role_id.`;
}

/** Advice if the old id does not belong to the tenant of the provider. */
export function adviseOnTenant(tenantId: string): string {
  return `The old id does not belong to tenant ${tenantId} of the provider configuration. Correct tenant_id if that is wrong, or give the resource a provider of the other tenant (provider = hiiretail.other). If the binding belongs to tenant ${tenantId} now, remove it from the state:

${removal}

${ADDRESS} The next apply then creates it. If it exists in tenant ${tenantId}, import it before by group_id/role_id, or group_id/custom/role_id.`;
}

/** Advice if the state was not read before the plan. */
export const READ_FIRST =
  'A refresh by extenda/hiiretail replaced parts of its state. The next read completes the state. Run the plan without -refresh=false, and with known values in the provider configuration.';

/**
 * Advice if the plan replaces the binding.
 *
 * @param id of the binding that the configuration describes; `undefined` if a part of it is unknown
 */
export function adviseOnReplacement(id: string | undefined): string {
  const commands = id === undefined ? removal : `${removal}\n${importOf(id)}`;
  const then =
    id === undefined
      ? ' Then import the binding by group_id/role_id, or group_id/custom/role_id, as soon as these are known.'
      : '';
  return `${READ_FIRST} Or run

${commands}

${ADDRESS}${then}`;
}
