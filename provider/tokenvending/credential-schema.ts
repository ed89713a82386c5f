import process from 'node:process';
import { Profiles } from '../../lib/credential/profiles.ts';
import { shipped } from '../../profiles/shipped.ts';
import { isCredential, isOneOf, isWholeNumber, matches } from '../configuration/rules.ts';
import { computed, optional, optionalComputed, required } from '../framework/schema/attribute.ts';
import type { State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { list, number, set, string } from '../framework/schema/type.ts';

// The directory of own profiles is not read here: Terraform validates without a configured provider.
function isServerProfile(name: string): string | undefined {
  const { names } = new Profiles(shipped);
  if (names.includes(name) || process.env['TOKEN_VENDING_PROFILES']) return undefined;
  return `must be one of ${names.join(', ')}, or a profile of the directory TOKEN_VENDING_PROFILES`;
}

/**
 * Resource `tokenvending_credential`: a credential document. Attributes have the names of its keys.
 */
export const credentialSchema = defineSchema({
  description: `A registered OAuth2 client: its credential document in AWS Secrets Manager. This resource is for operators. It needs \`secretsmanager:CreateSecret\`, \`PutSecretValue\`, \`UpdateSecret\`, \`GetSecretValue\`, \`DescribeSecret\`, \`TagResource\`, \`DeleteSecret\` and \`RestoreSecret\` on the prefix, and does not use the endpoint.

Only a change of the name (\`credential\` or \`prefix\`) replaces the secret. If the secret is scheduled for deletion, for example after a destroy, a creation restores it and stores the new document as its current version.

Secrets are write-only (Terraform 1.11). They reach neither the state nor the plan. Change \`secret_version\` to send them again.`,
  attributes: {
    credential: required(string, {
      description: 'Name of the credential, as `team/name`.',
      forceNew: true,
      rule: isCredential,
    }),
    prefix: optionalComputed(string, {
      description: 'Prefix of the name of the secret.',
      default: 'token-vending/',
      forceNew: true,
      rule: matches(
        /^[\w/+=.@-]{1,200}\/$/,
        'must be letters, digits, - _ / + = . @ and end with /',
      ),
    }),
    issuer: required(string, { description: 'URL of the authorization server.' }),
    client_id: required(string, {
      description: 'Client id, as the authorization server issued it.',
    }),
    // Without a default, because the profile may have one.
    token_endpoint_auth_method: optional(string, {
      description:
        '`client_secret_basic`, `client_secret_post` or `private_key_jwt`. Default: that of the profile, else `client_secret_basic`.',
      rule: isOneOf('client_secret_basic', 'client_secret_post', 'private_key_jwt'),
    }),
    client_secret: optional(string, {
      description:
        'Client secret, for the methods with a secret. It is sent at creation and when `secret_version` changes.',
      writeOnly: true,
      sensitive: true,
    }),
    private_key_jwk: optional(string, {
      description: 'JSON Web Key for `private_key_jwt`. It is sent like `client_secret`.',
      writeOnly: true,
      sensitive: true,
    }),
    secret_version: optional(string, {
      description:
        'Any text. If it changes, the secret or the key of the configuration is sent again.',
    }),
    scope: optional(set(string), {
      description: 'Scopes that callers may request. Without them callers may request none.',
    }),
    default_scope: optional(set(string), {
      description: 'Scopes of requests that name none. Without them no `scope` is sent.',
    }),
    audience: optional(list(string), {
      description: 'Audiences that callers may request. The first is the default.',
    }),
    resource: optional(list(string), {
      description: 'Resources that callers may request (RFC 8707). The first is the default.',
    }),
    token_endpoint: optional(string, {
      description:
        'Token endpoint, if discovery fails or if it is on another host than the issuer.',
    }),
    jwks_uri: optional(string, {
      description: 'URL of the keys of the issuer, if discovery fails.',
    }),
    profile: optionalComputed(string, {
      description:
        'Server profile: defaults and rules for a kind of authorization server, such as `keycloak`. The environment variable `TOKEN_VENDING_PROFILES` names the directory of your own profiles.',
      default: 'generic',
      rule: isServerProfile,
    }),
    token_sharing: optional(string, {
      description:
        'Callers that share one token: `shared`, `per_principal` or `per_session`. Default: that of the profile, else `shared`.',
      rule: isOneOf('shared', 'per_principal', 'per_session'),
    }),
    status: optionalComputed(string, {
      description: '`enabled` or `disabled`. A change takes effect within a minute.',
      default: 'enabled',
      rule: isOneOf('enabled', 'disabled'),
    }),
    epoch: optionalComputed(number, {
      description: 'A higher number drops every earlier token from the cache.',
      default: 0,
      rule: isWholeNumber(0, Number.MAX_SAFE_INTEGER),
    }),
    kms_key_id: optional(string, {
      description:
        'Key that encrypts the secret. Default: `aws/secretsmanager`. A change also encrypts the existing versions with the new key. It needs `kms:Decrypt` with the old key, and `kms:GenerateDataKey` and `kms:Encrypt` with the new one.',
    }),
    recovery_window_in_days: optionalComputed(number, {
      description:
        'Days in which a destroyed credential can be restored: 7 to 30, or 0 to delete it at once.',
      default: 30,
      rule: (days) =>
        days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30)
          ? undefined
          : 'must be 0, or a whole number from 7 to 30',
    }),
    id: computed(string, { description: 'Same as `credential`.', keep: true }),
    arn: computed(string, { description: 'ARN of the secret.', keep: true }),
    version_id: computed(string, { description: 'Current version of the secret.' }),
  },
});

export type CredentialState = State<typeof credentialSchema>;
