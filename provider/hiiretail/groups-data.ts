import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed, nested, optional } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { number, string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';

const schema = defineSchema({
  description: 'All groups of the tenant, or the groups that match a text.',
  attributes: {
    filter: optional(string, {
      description: 'Text that the API searches for (`searchString`). Default: all groups.',
    }),
    id: computed(string, { description: 'Always `groups`.' }),
    groups: computed(
      nested('list', {
        id: computed(string, { description: 'Identifier.' }),
        name: computed(string, { description: 'Name.' }),
        description: computed(string, { description: 'Description, or null.' }),
        status: computed(string, { description: '`Creating`, `Created` or `Updating`.' }),
        member_count: computed(number, { description: 'Always null: the API does not return it.' }),
        created_at: computed(string, { description: 'Always null: the API does not return it.' }),
      }),
      { description: 'The groups, by name.' },
    ),
  },
});

export const groupsData = defineDataSource({
  schema,
  async read({ config, client, signal }: ReadDataRequest<typeof schema, Connection>) {
    try {
      const found = await client.api(signal).listGroups(config.filter);
      const groups = found.map(({ id, name, description, status }) => {
        return { id, name, description, status, member_count: null, created_at: null };
      });
      return { id: 'groups', groups };
    } catch (error) {
      throw explainError(error, 'Groups cannot be listed');
    }
  },
});
