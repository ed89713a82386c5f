import { DEFAULT_MIN_TTL } from '../../lib/time/time-budget.ts';
import { nested, optional, required } from '../framework/schema/attribute.ts';
import { block, defineSchema } from '../framework/schema/schema.ts';
import { number, set, string } from '../framework/schema/type.ts';

const IGNORED =
  'Nothing reads it: every path follows from base_url. Remove it; `extenda/hiiretail` accepted it, and ignored it too.';

/**
 * What a team writes in `provider "hiiretail"`. The rules stand in `settings.ts`, because the environment may give each value just as
 * well, and all that is wrong is said at once.
 */
export const configurationSchema = defineSchema({
  description: `Manages Hii Retail IAM: groups, custom roles, role bindings and resources.

Its access tokens come from a token-vending endpoint, to which the run proves who it is with the AWS identity that it already has (block \`token_vending\`, recommended: no OAuth2 secret in CI), or straight from the authorization server with \`client_id\` and \`client_secret\`. Give exactly one of the two. Tokens are renewed while the run goes on; neither token nor secret reaches the state.

Each value is taken from its attribute, else from the environment variable named with it, else the default. Variables \`TF_VAR_*\` belong to root modules and are not read.`,
  attributes: {
    tenant_id: optional(string, {
      description: 'Tenant to manage. Environment: `HIIRETAIL_TENANT_ID`.',
    }),
    environment: optional(string, {
      description:
        '`live` or `test`. Default: `test` where `tenant_id` ends with `test`, as the ids of test tenants do, else `live`. Environment: `HIIRETAIL_ENVIRONMENT`.',
    }),
    base_url: optional(string, {
      description:
        'URL of the IAM API, without `/api/v1`. Default: that of the environment, `https://iam-api.retailsvc.com` or `https://iam-api.retailsvc-test.com`. Environment: `HIIRETAIL_BASE_URL`.',
    }),
    client_id: optional(string, {
      description: 'Client registered in OCMS, direct mode. Environment: `HIIRETAIL_CLIENT_ID`.',
      sensitive: true,
    }),
    client_secret: optional(string, {
      description: 'Its secret, direct mode. Environment: `HIIRETAIL_CLIENT_SECRET`.',
      sensitive: true,
    }),
    token_url: optional(string, {
      description:
        'Token endpoint, used as it is written, direct mode. Default: what discovery at `issuer` says, else `/oauth2/token` of the environment. Environment: `HIIRETAIL_TOKEN_URL`.',
    }),
    issuer: optional(string, {
      description:
        'Authorization server to discover, direct mode. Default: `https://auth.retailsvc.com` or `https://auth.retailsvc-test.com`. Environment: `HIIRETAIL_ISSUER`.',
    }),
    audience: optional(string, {
      description:
        'Audience of tokens, direct mode. Default: `https://hiiretail.com`, which every API of Hii Retail demands. Environment: `HIIRETAIL_AUDIENCE`.',
    }),
    scopes: optional(set(string), {
      description:
        'Scopes to ask for, direct mode. Default: none, as OCMS expects; rights come from the roles of the client. Environment: `HIIRETAIL_SCOPES`, separated by commas.',
    }),
    timeout_seconds: optional(number, {
      description:
        'Seconds that one attempt may take, 1 to 300. Default: 30. Environment: `HIIRETAIL_TIMEOUT_SECONDS`, or `HIIRETAIL_TIMEOUT` such as `30s`.',
    }),
    max_retries: optional(number, {
      description:
        'Further attempts after the first where trying again is safe and helps, 0 to 10. Default: 3. Environment: `HIIRETAIL_MAX_RETRIES`.',
    }),
    iam_endpoint: optional(string, { description: 'Ignored.', deprecated: IGNORED }),
    ccc_endpoint: optional(string, { description: 'Ignored.', deprecated: IGNORED }),
  },
  blocks: {
    token_vending: block('single', {
      description:
        'Takes tokens from a token-vending endpoint: the client secret stays in AWS Secrets Manager.',
      attributes: {
        endpoint: optional(string, {
          description: 'URL of the endpoint. Environment: `TOKEN_VENDING_ENDPOINT`.',
        }),
        region: optional(string, {
          description:
            'AWS region of the endpoint. Default: what its host says. Environment: `TOKEN_VENDING_REGION`, `AWS_REGION`, `AWS_DEFAULT_REGION`.',
        }),
        credential: optional(string, {
          description:
            'Registered client to take tokens of, as `team/name`. Environment: `TOKEN_VENDING_CREDENTIAL`.',
        }),
        profile: optional(string, {
          description:
            'Profile of the AWS configuration to sign with. Default: the AWS default credential chain. Environment: `TOKEN_VENDING_PROFILE`.',
        }),
        min_ttl: optional(string, {
          description: `How long a token must still live when it is handed over. It is renewed as the run goes on, so the default of \`"${DEFAULT_MIN_TTL / 1_000}s"\` serves runs of any length.`,
        }),
        assume_role: optional(
          nested('single', {
            role_arn: required(string, { description: 'ARN of the role.' }),
            session_name: optional(string, {
              description:
                'Name of the session, which stands in the audit log. Default: `terraform`.',
            }),
            external_id: optional(string, { description: 'External id that the role demands.' }),
            duration: optional(string, {
              description: 'How long the session lives; it is renewed. Default: `"1h"`.',
            }),
          }),
          { description: 'Role to assume before signing.' },
        ),
      },
    }),
  },
});
