import type { AuditedMint, AuditedToken } from './audited-mint.ts';
import type { AuditEvent, AuditedAccess } from './event.ts';
import type { AuditRecord } from './record-schema.ts';

type Resource = AuditRecord['resources'][number];

/**
 * The OCSF resources of an event: the credential as an OAuth2 client, and the token by its SHA-256.
 */
export function resourcesOf(event: AuditEvent): readonly Resource[] {
  if ('rotation' in event) return rotatedOf(event);
  if (!('access' in event) || event.access === undefined) return [];
  const { access } = event;
  switch (event.kind) {
    case 'mint':
      return [clientOf(access, event.mint), tokenOf(event.token)];
    case 'vend':
      return [clientOf(access), tokenOf(event.token, event.source)];
    case 'introspection':
    case 'revocation-intent':
    case 'revocation':
      return [clientOf(access), unreadTokenOf(event.tokenSha256)];
    default:
      return [clientOf(access)];
  }
}

function clientOf(access: AuditedAccess, mint?: AuditedMint): Resource {
  const { scope, audience, resource } = mint?.grantedFor ?? access;
  return {
    type: 'oauth2.client',
    uid: access.credential,
    data: {
      issuer: mint?.issuer,
      token_endpoint: mint?.tokenEndpoint,
      auth_method: mint?.authMethod,
      secret_version_id: mint?.secretVersion,
      scope_requested: scope,
      audience_requested: audience,
      resource_requested: resource,
      min_ttl: access.minTtl,
      status_requested: access.status,
    },
  };
}

function tokenOf(token: AuditedToken, source?: 'minted' | 'cached'): Resource {
  const { sha256, jti, sub, clientId, boundTo, scope, implicitScope } = token;
  const { audience, issuedAt, expiresAt } = token;
  return {
    type: 'oauth2.access_token',
    uid: jti ?? sha256,
    data: {
      sha256,
      sub,
      client_id: clientId,
      x5t_s256: boundTo,
      scope_granted: scope,
      scope_implicit: implicitScope,
      audience,
      iat: Math.floor(issuedAt / 1000),
      exp: Math.floor(expiresAt / 1000),
      cache: source && (source === 'cached' ? 'hit' : 'miss'),
    },
  };
}

function rotatedOf(event: Extract<AuditEvent, { readonly rotation: unknown }>): Resource[] {
  const { credential, secretVersion } = event.rotation;
  const requested = { scope_requested: [], audience_requested: [], resource_requested: [] };
  const data = { ...requested, secret_version_id: secretVersion, min_ttl: 0 };
  const tokens = event.kind === 'rotation' ? event.tokens : [];
  return [
    { type: 'oauth2.client', uid: credential, data },
    ...tokens.map(
      ({ credential: ofToken, sha256 }): Resource => ({
        type: 'oauth2.access_token',
        uid: sha256,
        data: { sha256, credential: ofToken },
      }),
    ),
  ];
}

function unreadTokenOf(sha256: string): Resource {
  return { type: 'oauth2.access_token', uid: sha256, data: { sha256 } };
}
