import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed, required } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import { findResourceIdError } from './resource-id.ts';

const schema = defineSchema({
  description: 'One resource of the tenant, such as a store that Hii Retail synchronises.',
  attributes: {
    id: required(string, {
      description: 'Identifier, such as `bu:001`.',
      rule: findResourceIdError,
    }),
    name: computed(string, { description: 'Name.' }),
    properties: computed(string, {
      description: 'Properties as JSON text, `{}` if there are none.',
    }),
    tenant_id: computed(string, { description: 'Tenant of the provider.' }),
  },
});

export const resourceData = defineDataSource({
  schema,
  async read({ config, client, signal }: ReadDataRequest<typeof schema, Connection>) {
    try {
      const found = await client.api(signal).findResource(config.id);
      if (found === undefined) throw new HiiRetailError('api_not_found');
      const { name, props } = found;
      return { name, properties: JSON.stringify(props ?? {}), tenant_id: client.tenantId };
    } catch (error) {
      throw explainError(error, `Resource ${config.id} cannot be read`, { attribute: 'id' });
    }
  },
});
