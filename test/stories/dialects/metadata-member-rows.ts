import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const invalid = (says: string | readonly string[], advice: string | readonly string[] = []) => ({
  refused: { code: 'upstream_invalid', says, advice },
});

/** Members of the metadata: section 2 of the dialects. */
export const METADATA_MEMBER_ROWS: readonly DialectRow[] = [
  {
    server: 'has a query in its token endpoint (Azure AD B2C)',
    metadata: { token_endpoint: `${ISSUER}/oauth2/token?p=flow` },
    sent: { url: `${ISSUER}/oauth2/token?p=flow` },
    vended: { expires_in: 3600 },
  },
  {
    server: 'has metadata of http URLs, with a document that names its endpoints',
    metadata: { token_endpoint: 'http://auth.example.com/oauth2/token', jwks_uri: null },
    document: { token_endpoint: `${ISSUER}/oauth2/token`, jwks_uri: `${ISSUER}/jwks` },
    claims: {},
    vended: { expires_in: 3600 },
  },

  {
    server: 'has its token endpoint on another host (Cognito)',
    metadata: { token_endpoint: 'https://login.example.net/oauth2/token' },
    ...invalid(
      [
        'token_endpoint must be on the host of the issuer',
        'https://login.example.net/oauth2/token',
      ],
      '"token_endpoint": "https://login.example.net/oauth2/token"',
    ),
  },
  {
    server: 'has its token endpoint on another host that the document names',
    metadata: { token_endpoint: 'https://login.example.net/oauth2/token' },
    routes: {
      'https://login.example.net/oauth2/token': {
        body: { access_token: 'canary-token-of-a-domain', expires_in: 60 },
      },
    },
    document: { token_endpoint: 'https://login.example.net/oauth2/token' },
    request: { min_ttl: '0' },
    vended: { token_type: 'Bearer' },
  },
  ...[null, 7, '', 'http://auth.example.com/oauth2/token', '/oauth2/token'].map(
    (token_endpoint): DialectRow => ({
      server: `has the token_endpoint ${JSON.stringify(token_endpoint)}`,
      metadata: { token_endpoint },
      ...invalid('token_endpoint must be an https URL', 'set token_endpoint and jwks_uri'),
    }),
  ),
  {
    server: 'names no token_endpoint',
    metadata: { token_endpoint: undefined },
    ...invalid('token_endpoint is missing', 'set token_endpoint and jwks_uri'),
  },
  ...[
    { token_endpoint_auth_methods_supported: ['tls_client_auth'] },
    { token_endpoint_auth_methods_supported: [] },
    { token_endpoint_auth_methods_supported: 'client_secret_post' },
    { token_endpoint_auth_methods_supported: [7, null, { a: 1 }] },
    { grant_types_supported: ['authorization_code'] },
    { scopes_supported: ['openid'] },
    { jwks_uri: null },
    { jwks_uri: 'http://auth.example.com/jwks' },
    { revocation_endpoint: {}, introspection_endpoint: 7 },
    { revocation_endpoint: 'https://elsewhere.example.net/revoke' },
    { access_token_issuer: 7 },
    { signed_metadata: 'x', mtls_endpoint_aliases: null, ui_locales_supported: {} },
  ].map(
    (metadata): DialectRow => ({
      server: `has ${JSON.stringify(metadata)} in its metadata`,
      metadata,
      vended: { expires_in: 3600 },
    }),
  ),
];
