// The least that the framework can serve: what a launch costs before a provider does anything of its own.
import { defineDataSource } from '../provider/framework/dispatch/data-source.ts';
import { defineProvider } from '../provider/framework/dispatch/provider.ts';
import { computed } from '../provider/framework/schema/attribute.ts';
import { defineSchema } from '../provider/framework/schema/schema.ts';
import { string } from '../provider/framework/schema/type.ts';
import { serve } from '../provider/framework/serve.ts';

const nothing = defineDataSource({
  schema: defineSchema({
    description: 'Nothing.',
    attributes: { id: computed(string, { description: 'Always the same.' }) },
  }),
  read: async () => ({ id: 'nothing' }),
});

void serve(
  defineProvider({
    name: 'empty',
    version: '0.0.0',
    schema: defineSchema({ description: 'An empty provider.', attributes: {} }),
    configure: () => undefined,
    dataSources: { empty_nothing: nothing },
  }),
);
