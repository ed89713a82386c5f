import type { CredentialDescription } from '../../lib/http/wire.ts';
import { isCredential } from '../configuration/rules.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { computed, required } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { list, number, string } from '../framework/schema/type.ts';
import { pathOf } from '../framework/values/path.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';

const schema = defineSchema({
  description: 'The scopes, audiences and resources of a credential. It contains no secret.',
  attributes: {
    credential: required(string, {
      description: 'Name of the credential, as `team/name`.',
      rule: isCredential,
    }),
    issuer: computed(string, { description: 'Authorization server.' }),
    profile: computed(string, { description: 'Server profile of the credential.' }),
    status: computed(string, { description: '`enabled`, `disabled` or `invalid`.' }),
    scopes: computed(list(string), { description: 'Scopes that callers may request.' }),
    default_scope: computed(list(string), { description: 'Scopes of requests that name none.' }),
    audiences: computed(list(string), { description: 'Audiences. The first is the default.' }),
    resources: computed(list(string), { description: 'Resources. The first is the default.' }),
    certificate_expires_at: computed(number, {
      description:
        'When the client certificate expires, in seconds since the Unix epoch. Null without one.',
    }),
  },
});

export const credentialData = defineDataSource({
  schema,
  async read({ config, client, signal }: ReadDataRequest<typeof schema, Connection>) {
    const tokens = await client.tokens();
    const all = await tokens.listCredentials(signal).catch((error: unknown) => {
      throw explainError(error, 'Credentials cannot be listed');
    });
    const found = all.find(({ credential }) => credential === config.credential);
    if (found === undefined) throw notFound(config.credential);
    return describeCredential(found);
  },
});

function describeCredential({ credential: _, ...description }: CredentialDescription) {
  const { issuer, profile, status, scopes, default_scope, audiences, resources } = description;
  const { certificate_expires_at = null } = description;
  return {
    ...{ issuer, profile, status, scopes, default_scope, audiences, resources },
    certificate_expires_at,
  };
}

function notFound(credential: string): DiagnosticError {
  return new DiagnosticError({
    summary: `No credential ${credential}`,
    detail:
      'The credential does not exist, or no policy permits this identity to describe it. The endpoint does not say which. `token-vending can-i` shows the deciding policies. Data "tokenvending_caller_identity" shows your identity.',
    path: pathOf('credential'),
  });
}
