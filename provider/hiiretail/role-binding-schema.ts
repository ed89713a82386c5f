import { computed, optional, optionalComputed, required } from '../framework/schema/attribute.ts';
import type { State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { bool, list, string } from '../framework/schema/type.ts';
import { isPathSegment } from './rules.ts';

/** The API limits the resources of one binding. */
const MOST_BINDINGS = 10;

/** Ids of predefined roles, as the API documents them. */
export const PREDEFINED_ROLE = /^[a-z][-a-z]{2}\.[a-z][-a-z]{1,29}$/;

function findBindingsError(bindings: readonly string[]): string | undefined {
  if (bindings.length > MOST_BINDINGS) {
    return `must hold at most ${MOST_BINDINGS} resources, which is the limit of the API: bind the role to another group too, or to a business unit group (bg:...)`;
  }
  if (bindings.includes('')) return 'must hold no empty text';
  return new Set(bindings).size < bindings.length
    ? 'must name every resource once only'
    : undefined;
}

/** Whether two lists name the same resources. The API keeps no order. */
export function sameBindings(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [new Set(one), new Set(other)];
  return left.size === right.size && [...left].every((item) => right.has(item));
}

/** Resource `hiiretail_iam_role_binding`. */
export const roleBindingSchema = defineSchema({
  version: 1,
  description: `Binds a role to a group, for some resources or for all resources.

> **A role that is bound without resources is unrestricted.** For the API, an empty list means every present and future resource of the tenant. This provider sends an empty list only if you set \`all_resources = true\`.`,
  attributes: {
    id: computed(string, {
      description: '`group_id/role_id`, or `group_id/custom/role_id` for a custom role.',
      keep: true,
    }),
    tenant_id: optionalComputed(string, {
      description: 'Tenant. It must be the tenant of the provider configuration.',
      keep: true,
    }),
    group_id: required(string, {
      description: 'Identifier of the group.',
      forceNew: true,
      rule: isPathSegment,
    }),
    role_id: required(string, {
      description: 'Identifier of the role, exactly as the API shows it.',
      forceNew: true,
      rule: isPathSegment,
    }),
    is_custom: optionalComputed(bool, {
      description:
        'Whether the role is a custom role. A predefined role can have the same identifier.',
      default: false,
      forceNew: true,
    }),
    bindings: optional(list(string), {
      description:
        'Resources to which the role applies, 1 to 10, such as `bu:001`. Their order has no meaning.',
      rule: findBindingsError,
      semanticEquals: sameBindings,
    }),
    all_resources: optional(bool, {
      description:
        'Whether the role applies to every resource of the tenant. Use it instead of `bindings`.',
    }),
    description: optional(string, {
      description: 'Only in the state.',
      deprecated: 'The API does not store it. It is only in the state. Remove it.',
    }),
    condition: optional(string, {
      description: 'Must be absent. The API has no conditions.',
      deprecated: 'The API has no conditions, and `extenda/hiiretail` never sent any. Remove it.',
      rule: () =>
        'must be absent: the API has no conditions, so the role would apply without it. Restrict bindings instead',
    }),
  },
});

export type RoleBindingState = State<typeof roleBindingSchema>;
