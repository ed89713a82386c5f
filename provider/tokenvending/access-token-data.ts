import { Fault } from '../framework/diagnostics/fault.ts';
import { defineDataSource, type ReadDataRequest } from '../framework/dispatch/data-source.ts';
import { required } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { bool } from '../framework/schema/type.ts';
import { pathOf } from '../framework/values/path.ts';
import type { Connection } from './connection.ts';
import { describeToken, issuedTokenAttributes } from './issued-token.ts';
import { requestToken, tokenRequestAttributes } from './token-request.ts';

const schema = defineSchema({
  description: `An OAuth2 access token for Terraform before 1.10, which knows no ephemeral resources.

**The token stands in the state and in saved plans, in clear text.** From Terraform 1.10 on use the ephemeral resource of the same name.`,
  attributes: {
    ...tokenRequestAttributes,
    allow_in_state: required(bool, {
      description: 'Must be `true`: says that you accept a token in state and plan files.',
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

function notInState(): Fault {
  return new Fault({
    summary: 'A token would stand in the state',
    detail:
      'What a data source reads is written to the state and to saved plans in clear text, sensitive or not. Use ephemeral "tokenvending_access_token" (Terraform 1.10 or newer); with an older Terraform set allow_in_state = true, and protect the state like the token.',
    path: pathOf('allow_in_state'),
  });
}
