import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';

const schema = defineSchema({
  description:
    'The identity of this run at the endpoint: the principal that access policies must name.',
  attributes: {
    account: computed(string, { description: 'AWS account of the principal.' }),
    arn: computed(string, { description: 'ARN that signed the request, with the session.' }),
    principal: computed(string, {
      description: 'ARN of the role, user or root, as policies name it.',
    }),
    kind: computed(string, { description: '`role`, `user`, `root` or `federated-user`.' }),
    name: computed(string, { description: 'Name of the role or user.' }),
    session_name: computed(string, {
      description: 'Session name. The caller chooses it, so policies do not trust it.',
    }),
    organization: computed(string, {
      description: 'AWS organization, if the account is in one.',
    }),
    source_ip: computed(string, { description: 'Source address of the request.' }),
  },
});

export const callerIdentityData = defineDataSource({
  schema,
  async read({ client, signal }: ReadDataRequest<typeof schema, Connection>) {
    const tokens = await client.tokens();
    try {
      const {
        session_name = null,
        organization = null,
        source_ip = null,
        ...identity
      } = await tokens.callerIdentity(signal);
      const { account, arn, principal, kind, name } = identity;
      return { account, arn, principal, kind, name, session_name, organization, source_ip };
    } catch (error) {
      throw explainError(error, 'The caller is not known');
    }
  },
});
