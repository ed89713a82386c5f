import process from 'node:process';
import { type DocumentMember, findMemberError } from '../../lib/credential/document-members.ts';
import { Profiles } from '../../lib/credential/profiles.ts';
import { shipped } from '../../profiles/shipped.ts';
import {
  type Attribute,
  optional,
  optionalComputed,
  required,
} from '../framework/schema/attribute.ts';
import { dynamic, list, number, set, string, type Type } from '../framework/schema/type.ts';
import type { Value } from '../framework/values/value.ts';
import { isSameInDocument, toDocumentValue } from './document-value.ts';

/** The rule of the document's own schema for the member of an attribute. */
function follows(member: DocumentMember, { cty }: Type<unknown> = string) {
  return (value: unknown): string | undefined => {
    const known = toDocumentValue(cty, value as Value);
    return known === undefined ? undefined : findMemberError(member, known);
  };
}

// The directory of own profiles is not read here: Terraform validates without a configured provider.
function isServerProfile(name: string): string | undefined {
  const { names } = new Profiles(shipped);
  if (names.includes(name) || process.env['TOKEN_VENDING_PROFILES']) return undefined;
  return `must be one of ${names.join(', ')}, or a profile of the directory TOKEN_VENDING_PROFILES`;
}

const scopes = set(string);
const texts = list(string);

/**
 * One attribute for each member of a credential document, with the member's name. An optional
 * attribute without a value is absent in the document, so the default of the profile applies, else
 * that of the function.
 */
export const documentAttributes = {
  issuer: required(string, {
    description: 'URL of the authorization server.',
    rule: follows('issuer'),
  }),
  client_id: required(string, {
    description: 'Client id, as the authorization server issued it.',
    rule: follows('client_id'),
  }),
  token_endpoint_auth_method: optional(string, {
    description:
      '`client_secret_basic`, `client_secret_post`, `client_secret_jwt` or `private_key_jwt`. Default: that of the profile, else `client_secret_basic`.',
    rule: follows('token_endpoint_auth_method'),
  }),
  client_secret: optional(string, {
    description:
      'Client secret, for the methods with a secret. It is sent at creation and when `secret_version` changes.',
    writeOnly: true,
    sensitive: true,
    rule: follows('client_secret'),
  }),
  private_key_jwk: optional(string, {
    description: 'JSON Web Key for `private_key_jwt`. It is sent like `client_secret`.',
    writeOnly: true,
    sensitive: true,
  }),
  client_assertion_audience: optional(string, {
    description:
      '`aud` of the assertions of `client_secret_jwt` and `private_key_jwt`: `issuer` (default), `token_endpoint`, or a value.',
    rule: follows('client_assertion_audience'),
  }),
  grant_type: optional(string, {
    description:
      'Name of the client credentials grant at servers that call it something else. Default: `client_credentials`.',
    rule: follows('grant_type'),
  }),
  token_parameters: optional(dynamic, {
    description:
      'Further parameters of the token request: an object of names, each with a string or a list of strings, for example `{ account_id = "a1b2" }`. Parameters that other attributes set are rejected.',
    rule: follows('token_parameters', dynamic),
    semanticEquals: isSameInDocument,
  }),
  scope: optional(scopes, {
    description: 'Scopes that callers may request. Without them callers may request none.',
    rule: follows('scope', scopes),
  }),
  default_scope: optional(scopes, {
    description: 'Scopes of requests that name none. Without them no `scope` is sent.',
    rule: follows('default_scope', scopes),
  }),
  implicit_scope: optional(scopes, {
    description:
      'Scopes that the server adds to every token. They are accepted in what it grants, and policy does not decide about them.',
    rule: follows('implicit_scope', scopes),
  }),
  audience: optional(texts, {
    description: 'Audiences that callers may request. The first is the default.',
    rule: follows('audience', texts),
  }),
  resource: optional(texts, {
    description: 'Resources that callers may request (RFC 8707). The first is the default.',
    rule: follows('resource', texts),
  }),
  token_endpoint: optional(string, {
    description: 'Token endpoint, if discovery fails or if it is on another host than the issuer.',
    rule: follows('token_endpoint'),
  }),
  revocation_endpoint: optional(string, {
    description: 'Revocation endpoint (RFC 7009), if the metadata of the server does not name it.',
    rule: follows('revocation_endpoint'),
  }),
  introspection_endpoint: optional(string, {
    description:
      'Introspection endpoint (RFC 7662), if the metadata of the server does not name it.',
    rule: follows('introspection_endpoint'),
  }),
  jwks_uri: optional(string, {
    description: 'URL of the keys of the issuer, if discovery fails.',
    rule: follows('jwks_uri'),
  }),
  access_token_format: optional(string, {
    description:
      '`auto` (default: a JWT is verified, any other token is opaque), `opaque` (tokens are not read) or `jwt` (tokens must be JWTs).',
    rule: follows('access_token_format'),
  }),
  access_token_issuer: optional(string, {
    description: 'Expected `iss` of the tokens, if it is not the issuer.',
    rule: follows('access_token_issuer'),
  }),
  access_token_lifetime: optional(number, {
    description: 'Seconds that a token lives, for servers that do not state it.',
    rule: follows('access_token_lifetime', number),
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
    rule: follows('token_sharing'),
  }),
  status: optionalComputed(string, {
    description: '`enabled` or `disabled`. A change takes effect within a minute.',
    default: 'enabled',
    rule: follows('status'),
  }),
  epoch: optionalComputed(number, {
    description: 'A higher number drops every earlier token from the cache.',
    default: 0,
    rule: follows('epoch', number),
  }),
} satisfies Readonly<Record<DocumentMember, Attribute>>;
