import type { CredentialDescription } from '../../lib/http/wire.ts';
import { isCredential } from '../configuration/rules.ts';
import { Fault } from '../framework/diagnostics/fault.ts';
import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed, required } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { list, string } from '../framework/schema/type.ts';
import { pathOf } from '../framework/values/path.ts';
import type { Connection } from './connection.ts';
import { explainFailure } from './failure.ts';

const schema = defineSchema({
  description: 'What may be asked of a credential. Never a secret.',
  attributes: {
    credential: required(string, { description: 'As `team/name`.', rule: isCredential }),
    issuer: computed(string, { description: 'Authorization server.' }),
    profile: computed(string, { description: '`generic` or `hiiretail`.' }),
    status: computed(string, { description: '`enabled`, `disabled` or `invalid`.' }),
    scopes: computed(list(string), { description: 'Scopes that may be asked for.' }),
    default_scope: computed(list(string), { description: 'Scopes of who asks for none.' }),
    audiences: computed(list(string), { description: 'Audiences; the first is the default.' }),
    resources: computed(list(string), { description: 'Resources; the first is the default.' }),
  },
});

export const credentialData = defineDataSource({
  schema,
  async read({ config, client, signal }: ReadDataRequest<typeof schema, Connection>) {
    const tokens = await client.tokens();
    const all = await tokens.listCredentials(signal).catch((error: unknown) => {
      throw explainFailure(error, 'Credentials cannot be listed');
    });
    const found = all.find(({ credential }) => credential === config.credential);
    if (found === undefined) throw notFound(config.credential);
    return describeCredential(found);
  },
});

function describeCredential({ credential: _, ...description }: CredentialDescription) {
  const { issuer, profile, status, scopes, default_scope, audiences, resources } = description;
  return { issuer, profile, status, scopes, default_scope, audiences, resources };
}

function notFound(credential: string): Fault {
  return new Fault({
    summary: `No credential ${credential}`,
    detail:
      'There is none, or no policy lets this identity describe it; from outside both look alike. `token-vending can-i` says which policies would decide, data "tokenvending_caller_identity" says who you are here.',
    path: pathOf('credential'),
  });
}
