import { type DocumentMember, findMemberError } from '../../lib/credential/document-members.ts';
import {
  type Attribute,
  optional,
  optionalComputed,
  required,
} from '../framework/schema/attribute.ts';
import { bool, dynamic, list, number, set, string, type Type } from '../framework/schema/type.ts';
import type { Value } from '../framework/values/value.ts';
import { isSameInDocument, toDocumentValue } from './document-value.ts';

/** The rule of the document's own schema for the member of an attribute. */
function follows(member: DocumentMember, { cty }: Type<unknown> = string) {
  return (value: unknown): string | undefined => {
    const known = toDocumentValue(cty, value as Value);
    return known === undefined ? undefined : findMemberError(member, known);
  };
}

const scopes = set(string);
const texts = list(string);

/** Before schema version 1, `kms_key_id` was the key that encrypts the secret. */
const ATTRIBUTE_OF_KMS_KEY = 'assertion_kms_key_id';

/** A rotation writes the other one. */
type ConfigurableMember = Exclude<DocumentMember, 'rotation_state'>;

/** The name of the attribute of a member. */
export type AttributeOf<M extends DocumentMember> = M extends 'kms_key_id'
  ? typeof ATTRIBUTE_OF_KMS_KEY
  : M;

/** @example `attributeOf('issuer')` is `issuer` */
export function attributeOf<M extends DocumentMember>(member: M): AttributeOf<M> {
  return (member === 'kms_key_id' ? ATTRIBUTE_OF_KMS_KEY : member) as AttributeOf<M>;
}

/**
 * One attribute for each member of a credential document but `rotation_state`, with the name of {@link attributeOf}. An optional
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
      '`client_secret_basic`, `client_secret_post`, `client_secret_jwt`, `private_key_jwt`, `tls_client_auth` or `self_signed_tls_client_auth`. Default: that of the profile, else `client_secret_basic`.',
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
  client_assertion_source: optional(string, {
    description:
      'What signs the assertions of `private_key_jwt`: `document` (default, `private_key_jwk`), `kms` (`kms_key_id`) or `aws_web_identity` (AWS STS, for the identity of the vending function).',
    rule: follows('client_assertion_source'),
  }),
  [ATTRIBUTE_OF_KMS_KEY]: optional(string, {
    description:
      'Id or ARN of the AWS KMS key that signs assertions: `kms_key_id` of the document. An alias is not allowed.',
    rule: follows('kms_key_id'),
  }),
  token_endpoint_auth_signing_alg: optional(string, {
    description:
      'Algorithm of the assertions that AWS signs, such as `ES256`. Default: `RS256`. For `aws_web_identity`: `RS256` or `ES384`.',
    rule: follows('token_endpoint_auth_signing_alg'),
  }),
  tls_client_certificate: optional(string, {
    description:
      'PEM of the certificate that the client presents with `tls_client_auth` or `self_signed_tls_client_auth`, followed by those of its issuers.',
    rule: follows('tls_client_certificate'),
  }),
  tls_client_key: optional(string, {
    description: 'PEM of the key of `tls_client_certificate`. It is sent like `client_secret`.',
    writeOnly: true,
    sensitive: true,
    rule: follows('tls_client_key'),
  }),
  tls_client_certificate_bound_access_tokens: optional(bool, {
    description:
      'Whether tokens that are bound to the certificate of the client are returned (RFC 8705 section 3). APIs accept such a token only with that certificate.',
    rule: follows('tls_client_certificate_bound_access_tokens', bool),
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
      'Server profile: defaults and rules for a kind of authorization server, such as `keycloak`, or a profile of the deployment.',
    default: 'generic',
  }),
  token_sharing: optional(string, {
    description:
      'Callers that share one token: `shared`, `per_principal` or `per_session`. Default: that of the profile, else `shared`.',
    rule: follows('token_sharing'),
  }),
  rotation: optional(dynamic, {
    description:
      'Rotation of the secret: an object of `recipe`, `admin_credential`, `parameters`, `every` and `overlap`, for example `{ recipe = "keycloak", admin_credential = "platform/keycloak-admin", every = "30d" }`.',
    rule: follows('rotation', dynamic),
    semanticEquals: isSameInDocument,
  }),
  registration_access_token: optional(string, {
    description:
      'Registration access token (RFC 7592), for the recipes that use it. It is sent like `client_secret`.',
    writeOnly: true,
    sensitive: true,
    rule: follows('registration_access_token'),
  }),
  status: optionalComputed(string, {
    description:
      '`enabled` or `disabled`. A change takes effect within a minute. Without it, the credential stays as it is, so that an apply does not undo a kill switch. A new one is enabled.',
    keep: true,
    rule: follows('status'),
  }),
  epoch: optionalComputed(number, {
    description:
      'A higher number drops every earlier token from the cache. It can only rise. Without it, it stays as it is.',
    keep: true,
    rule: follows('epoch', number),
  }),
} satisfies Readonly<Record<AttributeOf<ConfigurableMember>, Attribute>>;
