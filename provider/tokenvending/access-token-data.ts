import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { required } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { bool } from '../framework/schema/type.ts';
import { pathOf } from '../framework/values/path.ts';
import type { Connection } from './connection.ts';
import { describeToken, issuedTokenAttributes } from './issued-token.ts';
import { requestToken, tokenRequestAttributes } from './token-request.ts';

const schema = defineSchema({
  description: `An OAuth2 access token for Terraform before 1.10, which has no ephemeral resources.

**The state and saved plans contain the token in clear text.** With Terraform 1.10 or newer use the ephemeral resource of the same name.`,
  attributes: {
    ...tokenRequestAttributes,
    allow_in_state: required(bool, {
      description: 'Must be `true`. It confirms that state and plan files may contain the token.',
    }),
    ...issuedTokenAttributes,
  },
});

export const accessTokenData = defineDataSource({
  schema,
  async read(request: ReadDataRequest<typeof schema, Connection>) {
    if (request.config.allow_in_state !== true) throw notInState();
    return describeToken(await requestToken(request, request.config));
  },
});

function notInState(): DiagnosticError {
  return new DiagnosticError({
    summary: 'The state would contain a token',
    detail:
      'Terraform writes the values of a data source to the state and to saved plans in clear text, also if they are sensitive. Use ephemeral "tokenvending_access_token" (Terraform 1.10 or newer). With an older Terraform set allow_in_state = true, and protect the state like the token.',
    path: pathOf('allow_in_state'),
  });
}
