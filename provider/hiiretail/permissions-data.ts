import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed, nested, optional } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';

const schema = defineSchema({
  description: 'All permissions that custom roles can contain.',
  attributes: {
    filter: optional(string, {
      description: 'Text that the identifier contains, such as `pos.`. Default: all permissions.',
    }),
    id: computed(string, { description: 'Always `permissions`.' }),
    permissions: computed(
      nested('list', {
        id: computed(string, { description: 'As `system.resource.action`.' }),
        description: computed(string, { description: 'Description, or null.' }),
        alias: computed(string, { description: 'Display name, or null.' }),
      }),
      { description: 'The permissions.' },
    ),
  },
});

export const permissionsData = defineDataSource({
  schema,
  async read({ config, client, signal }: ReadDataRequest<typeof schema, Connection>) {
    try {
      const all = await client.api(signal).listPermissions();
      const permissions = all.filter(({ id }) => id.includes(config.filter ?? ''));
      return { id: 'permissions', permissions };
    } catch (error) {
      throw explainError(error, 'Permissions cannot be listed');
    }
  },
});
