import {
  computed,
  nested,
  optional,
  optionalComputed,
  required,
} from '../framework/schema/attribute.ts';
import type { State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { map, string } from '../framework/schema/type.ts';
import { hasLength, isPathSegment } from './rules.ts';

const PERMISSION = /^[a-z][-a-z]{2}\.[a-z][-a-z]{1,15}\.[a-z][-a-z]{1,15}$/;

// The API has these limits, but checks them late or not at all.
const MOST_PERMISSIONS = 100;
const MOST_WITH_POS = 500;
const MOST_ATTRIBUTES = 10;
const LONGEST_KEY = 40;
const LONGEST_VALUE = 256;

const NOT_IN_API = 'The API does not store it. It is only in the state. Remove it.';

const isPermissionId = (text: string) =>
  PERMISSION.test(text)
    ? undefined
    : 'must be system.resource.action: 3, 2 to 16, and 2 to 16 lower-case letters or hyphens';

/**
 * Permissions `pos.` have their own, wider limit. Unknown permissions do not count, because they
 * may be `pos.` permissions or duplicates.
 */
function findTooMany(permissions: readonly { readonly id?: unknown }[]): string | undefined {
  const known = permissions.map(({ id }) => id).filter((id) => typeof id === 'string');
  const others = known.filter((id) => !id.startsWith('pos.')).length;
  if (others > MOST_PERMISSIONS) {
    return `must hold at most ${MOST_PERMISSIONS} permissions other than pos. ones, which is the limit of the API`;
  }
  return known.length > MOST_WITH_POS
    ? `must hold at most ${MOST_WITH_POS} permissions, which is the limit of the API`
    : undefined;
}

function findAttributeError(attributes: Readonly<Record<string, unknown>>): string | undefined {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) return `must hold at most ${MOST_ATTRIBUTES} keys`;
  if (entries.some(([key]) => key.length > LONGEST_KEY)) {
    return `must have keys of at most ${LONGEST_KEY} characters`;
  }
  const tooLong = entries.some(
    ([, value]) => typeof value === 'string' && value.length > LONGEST_VALUE,
  );
  return tooLong ? `must have values of at most ${LONGEST_VALUE} characters` : undefined;
}

/** Resource `hiiretail_iam_custom_role`. */
export const customRoleSchema = defineSchema({
  version: 1,
  description: 'A custom role: a named set of permissions that can be bound to groups.',
  attributes: {
    id: required(string, {
      description: 'Identifier, `custom.<name>` by convention.',
      forceNew: true,
      rule: isPathSegment,
    }),
    name: optionalComputed(string, {
      description: 'Name, 3 to 256 characters. It cannot be removed once it is set.',
      keep: true,
      rule: hasLength(3, 256),
    }),
    permissions: required(
      nested('set', {
        id: required(string, {
          description: 'Identifier `system.resource.action`, such as `rec.period.approve`.',
          rule: isPermissionId,
        }),
        attributes: optional(map(string), {
          description:
            'Attributes of the permission: at most 10, keys of at most 40, values of at most 256 characters.',
          rule: findAttributeError,
        }),
      }),
      {
        description:
          'Permissions of the role: at most 500, of which at most 100 are not `pos.` permissions.',
        rule: (value) => findTooMany(value as readonly { id?: unknown }[]),
      },
    ),
    title: optional(string, { description: 'Only in the state.', deprecated: NOT_IN_API }),
    description: optional(string, {
      description: 'Only in the state.',
      deprecated: NOT_IN_API,
    }),
    stage: optional(string, { description: 'Only in the state.', deprecated: NOT_IN_API }),
    created_at: computed(string, {
      description: 'Always null: the API does not return it.',
      keep: true,
    }),
    updated_at: computed(string, {
      description: 'Always null: the API does not return it.',
      keep: true,
    }),
  },
});

export type CustomRoleState = State<typeof customRoleSchema>;
export type RolePermission = CustomRoleState['permissions'][number];
