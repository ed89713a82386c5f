import type { CredentialState } from './credential-schema.ts';

/** A credential document in Secrets Manager, not validated. */
export type RawDocument = Readonly<Record<string, unknown>>;

/** The attributes of the resource that are public keys of the document. */
export type DocumentAttributes = Pick<
  CredentialState,
  | 'issuer'
  | 'client_id'
  | 'token_endpoint_auth_method'
  | 'scope'
  | 'default_scope'
  | 'audience'
  | 'resource'
  | 'token_endpoint'
  | 'jwks_uri'
  | 'profile'
  | 'token_sharing'
  | 'status'
  | 'epoch'
>;

type Secrets = Readonly<Partial<Record<'client_secret' | 'private_key_jwk', unknown>>>;

/** Makes a document of attributes and secrets. An absent value has no key. */
export function toDocument(attributes: DocumentAttributes, secrets: Secrets): RawDocument {
  const entries = Object.entries({
    issuer: attributes.issuer,
    client_id: attributes.client_id,
    token_endpoint_auth_method: attributes.token_endpoint_auth_method,
    client_secret: secrets.client_secret,
    private_key_jwk: secrets.private_key_jwk,
    scope: attributes.scope && [...attributes.scope].sort().join(' '),
    default_scope: attributes.default_scope && [...attributes.default_scope].sort().join(' '),
    audience: attributes.audience,
    resource: attributes.resource,
    token_endpoint: attributes.token_endpoint,
    jwks_uri: attributes.jwks_uri,
    profile: attributes.profile,
    token_sharing: attributes.token_sharing,
    status: attributes.status,
    epoch: attributes.epoch,
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined));
}

/**
 * The attributes of a document, which may have been edited by hand. A value of a wrong type counts
 * as absent.
 */
export function fromDocument(document: RawDocument): DocumentAttributes {
  const { epoch } = document;
  return {
    issuer: textOf(document['issuer']) ?? '',
    client_id: textOf(document['client_id']) ?? '',
    token_endpoint_auth_method: textOf(document['token_endpoint_auth_method']),
    scope: scopesOf(document['scope']),
    default_scope: scopesOf(document['default_scope']),
    audience: listOf(document['audience']),
    resource: listOf(document['resource']),
    token_endpoint: textOf(document['token_endpoint']),
    jwks_uri: textOf(document['jwks_uri']),
    profile: textOf(document['profile']) ?? 'generic',
    token_sharing: textOf(document['token_sharing']),
    status: textOf(document['status']) ?? 'enabled',
    epoch: typeof epoch === 'number' ? epoch : 0,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function scopesOf(value: unknown): readonly string[] | null {
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : null;
}

function listOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}
