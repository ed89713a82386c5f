import { isOneOf } from '../configuration/rules.ts';
import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed, nested, optional } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { list, string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import type { CustomRole, PredefinedRole } from './iam-shapes.ts';

const NOT_SAID = 'Always null: the API does not return it.';

const schema = defineSchema({
  description:
    'All roles that can be bound: predefined roles of Hii Retail and custom roles of the tenant.',
  attributes: {
    filter: optional(string, {
      description: 'Text that the name or the identifier contains. Default: all roles.',
    }),
    type: optional(string, {
      description: '`predefined` or `custom`. Default: both.',
      rule: isOneOf('predefined', 'custom'),
    }),
    id: computed(string, { description: 'Always `roles`.' }),
    roles: computed(
      nested('list', {
        id: computed(string, { description: 'Identifier, for `role_id` of a binding.' }),
        name: computed(string, { description: 'Name, or null.' }),
        type: computed(string, { description: '`predefined` or `custom`.' }),
        permissions: computed(list(string), {
          description: 'Identifiers of the permissions of the role.',
        }),
        fixed_bindings: computed(list(string), {
          description: 'Resources to which a predefined role always applies.',
        }),
        title: computed(string, { description: NOT_SAID }),
        description: computed(string, { description: NOT_SAID }),
        stage: computed(string, { description: NOT_SAID }),
      }),
      { description: 'The roles. Predefined roles are first.' },
    ),
  },
});

const NEVER = { title: null, description: null, stage: null };

const describePredefined = ({ id, name, permissions, fixedBindings }: PredefinedRole) => ({
  ...{ id, name, permissions, type: 'predefined', fixed_bindings: fixedBindings },
  ...NEVER,
});

const describeCustom = ({ id, name, permissions }: CustomRole) => ({
  ...{ id, name, permissions: permissions.map((one) => one.id), type: 'custom' },
  fixed_bindings: [],
  ...NEVER,
});

export const rolesData = defineDataSource({
  schema,
  async read({ config, client, signal }: ReadDataRequest<typeof schema, Connection>) {
    const { type, filter } = config;
    const api = client.api(signal);
    try {
      const predefined = type === 'custom' ? [] : await api.listPredefinedRoles(filter);
      // The API cannot search custom roles.
      const custom = type === 'predefined' ? [] : await api.listCustomRoles();
      const text = (filter ?? '').toLowerCase();
      const found = custom.filter(({ id, name }) =>
        `${name ?? ''} ${id}`.toLowerCase().includes(text),
      );
      const roles = [...predefined.map(describePredefined), ...found.map(describeCustom)];
      return { id: 'roles', roles };
    } catch (error) {
      throw explainError(error, 'Roles cannot be listed');
    }
  },
});
