import { nested, optional, required } from '../framework/schema/attribute.ts';
import { block, defineSchema } from '../framework/schema/schema.ts';
import { number, set, string } from '../framework/schema/type.ts';

const IGNORED =
  'The provider ignores it, because every path follows from base_url. `extenda/hiiretail` also ignored it. Remove it.';

/**
 * The schema of `provider "hiiretail"`. The rules are in `settings.ts`, because each value may also
 * come from the environment, and all errors are reported at once.
 */
export const configurationSchema = defineSchema({
  description: `Manages Hii Retail IAM: groups, custom roles, role bindings and resources.

The provider gets its access tokens in one of two modes. In vended mode (block \`token_vending\`, recommended) they come from a token-vending endpoint. The run signs its requests with the AWS identity that it already has, and CI holds no OAuth2 secret. In direct mode they come from the authorization server with \`client_id\` and \`client_secret\`. Configure exactly one mode. Tokens are renewed during the run. Neither token nor secret reaches the state.

Each value comes from its attribute, else from its environment variable, else from its default. The provider does not read variables \`TF_VAR_*\`, because they belong to root modules.`,
  attributes: {
    tenant_id: optional(string, {
      description: 'Tenant to manage. Environment: `HIIRETAIL_TENANT_ID`.',
    }),
    environment: optional(string, {
      description:
        '`live` or `test`. Default: `test` if `tenant_id` ends with `test`, like all ids of test tenants, else `live`. Environment: `HIIRETAIL_ENVIRONMENT`.',
    }),
    base_url: optional(string, {
      description:
        'URL of the IAM API, without `/api/v1`. Default: the URL of the environment, `https://iam-api.retailsvc.com` or `https://iam-api.retailsvc-test.com`. Environment: `HIIRETAIL_BASE_URL`.',
    }),
    client_id: optional(string, {
      description: 'Client id from OCMS, direct mode. Environment: `HIIRETAIL_CLIENT_ID`.',
      sensitive: true,
    }),
    client_secret: optional(string, {
      description: 'Client secret, direct mode. Environment: `HIIRETAIL_CLIENT_SECRET`.',
      sensitive: true,
    }),
    token_url: optional(string, {
      description:
        'Token endpoint, used unchanged, direct mode. Default: the endpoint from discovery at `issuer`, else `/oauth2/token` of the environment. Environment: `HIIRETAIL_TOKEN_URL`.',
    }),
    issuer: optional(string, {
      description:
        'Issuer for discovery, direct mode. Default: `https://auth.retailsvc.com` or `https://auth.retailsvc-test.com`. Environment: `HIIRETAIL_ISSUER`.',
    }),
    audience: optional(string, {
      description:
        'Audience of tokens, direct mode. Default: `https://hiiretail.com`, which every API of Hii Retail requires. Environment: `HIIRETAIL_AUDIENCE`.',
    }),
    scopes: optional(set(string), {
      description:
        'Scopes to request, direct mode. Default: none, as OCMS expects. The roles of the client give the permissions. Environment: `HIIRETAIL_SCOPES`, separated by commas.',
    }),
    timeout_seconds: optional(number, {
      description:
        'Time limit of one attempt in seconds, 1 to 300. Default: 30. Environment: `HIIRETAIL_TIMEOUT_SECONDS`, or `HIIRETAIL_TIMEOUT` such as `30s`.',
    }),
    max_retries: optional(number, {
      description:
        'Number of retries for retryable errors, 0 to 10. Only calls that are safe to repeat are retried. Default: 3. Environment: `HIIRETAIL_MAX_RETRIES`.',
    }),
    iam_endpoint: optional(string, { description: 'Ignored.', deprecated: IGNORED }),
    ccc_endpoint: optional(string, { description: 'Ignored.', deprecated: IGNORED }),
  },
  blocks: {
    token_vending: block('single', {
      description:
        'Gets tokens from a token-vending endpoint. The client secret stays in AWS Secrets Manager.',
      attributes: {
        endpoint: optional(string, {
          description: 'URL of the endpoint. Environment: `TOKEN_VENDING_ENDPOINT`.',
        }),
        region: optional(string, {
          description:
            'AWS region of the endpoint. Default: the region in its host name. Environment: `TOKEN_VENDING_REGION`, `AWS_REGION`, `AWS_DEFAULT_REGION`.',
        }),
        credential: optional(string, {
          description: 'Credential, as `team/name`. Environment: `TOKEN_VENDING_CREDENTIAL`.',
        }),
        signing_service: optional(string, {
          description:
            'Service name of the signature, for hosts that do not show it: `lambda` or `execute-api`. Default: the service in the host name, else `lambda`. Environment: `TOKEN_VENDING_SIGNING_SERVICE`.',
        }),
        profile: optional(string, {
          description:
            'Profile of the AWS configuration to sign with. Default: the AWS default credential chain. Environment: `TOKEN_VENDING_PROFILE`.',
        }),
        min_ttl: optional(string, {
          description:
            'Minimum remaining lifetime of a token when it is issued. Tokens are renewed during the run, so the default suits runs of any length: any token that has not expired.',
        }),
        assume_role: optional(
          nested('single', {
            role_arn: required(string, { description: 'ARN of the role.' }),
            session_name: optional(string, {
              description: 'Session name, which the audit log contains. Default: `terraform`.',
            }),
            external_id: optional(string, { description: 'External id that the role requires.' }),
            duration: optional(string, {
              description: 'Lifetime of the session, which is renewed. Default: `"1h"`.',
            }),
          }),
          { description: 'Role to assume before signing.' },
        ),
      },
    }),
  },
});
