import { errorReply, page } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ISSUER, METADATA } from '../../support/fake-ports.ts';

const start = Math.floor(new FakeClock().now() / 1000);
const STS = 'https://sts.windows.net/00000000-1111-2222-3333-444444444444/';
const revoked = (upstream: string) => ({ revoked: { status: 200, json: { upstream } } });

/** A token that was vended is introspected as active by the same tolerance. */
const INTROSPECTED: readonly DialectRow[] = [
  ...[
    { scope: ['orders:read'] },
    { scope: undefined, scp: ['orders:read'] },
    { client_id: ['orders-client'] },
    { client_id: undefined, azp: 'orders-client' },
    { client_id: undefined },
    { aud: null },
    { jti: 7, nbf: null, iat: 'now' },
    { exp: `${start + 600}` },
    { exp: start + 600.5 },
    { exp: undefined },
    { nbf: start + 600, iat: start + 600 },
  ].map(
    (claims): DialectRow => ({
      server: `issued a JWT with ${JSON.stringify(claims)}`,
      claims,
      introspected: { active: true },
    }),
  ),
  {
    server: 'issued a JWT of another issuer that the document names',
    claims: { iss: STS },
    document: { access_token_issuer: STS },
    introspected: { active: true, iss: STS },
  },
  {
    server: 'issued a JWT of another issuer that the metadata names (AD FS)',
    claims: { iss: STS },
    metadata: { access_token_issuer: STS },
    introspected: { active: true, iss: STS },
  },
  {
    server: 'issued a JWT with a slash after its issuer',
    claims: { iss: `${ISSUER}/` },
    document: { profile: 'hydra' },
    introspected: { active: true },
  },
  ...[8, 40].map(
    (kilobytes): DialectRow => ({
      server: `issued a token of ${kilobytes} KB`,
      claims: { roles: 'x'.repeat(kilobytes * 1_000) },
      introspected: { active: true },
      ...revoked('revoked'),
    }),
  ),
];

const introspection = (active: boolean) => ({
  '/oauth2/introspect': { body: { active, scope: 'orders:read', client_id: 'orders-client' } },
});

const OPAQUE: readonly DialectRow[] = [
  {
    server: 'introspects its opaque tokens',
    routes: introspection(true),
    introspected: { active: true, scope: 'orders:read' },
  },
  {
    server: 'says that its opaque token is not active',
    routes: introspection(false),
    introspected: { active: false },
  },
  {
    server: 'introspects at an endpoint that the document alone names (Hydra)',
    metadata: { introspection_endpoint: undefined },
    document: { introspection_endpoint: 'https://admin.example.net/introspect' },
    routes: { 'https://admin.example.net/introspect': { body: { active: true } } },
    introspected: { active: true },
  },
  {
    server: 'names its introspection in the document of RFC 8414 alone',
    metadata: { introspection_endpoint: undefined },
    routes: {
      '/.well-known/oauth-authorization-server': {
        body: { ...METADATA, introspection_endpoint: `${ISSUER}/oauth2/introspect` },
      },
      ...introspection(true),
    },
    introspected: { active: true },
  },
  {
    server: 'does not introspect its opaque tokens',
    metadata: { introspection_endpoint: undefined },
    introspected: { code: 'introspection_unsupported' },
  },
];

const REVOKED: readonly DialectRow[] = [
  { server: 'revokes', ...revoked('revoked') },
  {
    server: 'does not offer revocation',
    metadata: { revocation_endpoint: undefined },
    ...revoked('unsupported'),
  },
  {
    server: 'does not revoke such tokens',
    routes: { '/oauth2/revoke': errorReply(400, 'unsupported_token_type') },
    ...revoked('unsupported'),
  },
  {
    server: 'names its revocation in the document of RFC 8414 alone (Glewlwyd)',
    metadata: { revocation_endpoint: undefined },
    routes: { '/.well-known/oauth-authorization-server': { body: METADATA } },
    ...revoked('revoked'),
  },
  {
    server: 'revokes at an endpoint that the document alone names',
    metadata: { revocation_endpoint: undefined },
    document: { revocation_endpoint: 'https://login.example.net/revoke' },
    routes: { 'https://login.example.net/revoke': {} },
    ...revoked('revoked'),
  },
  {
    server: 'has a page instead of revocation',
    routes: { '/oauth2/revoke': page(404) },
    revoked: { status: 502, json: { code: 'upstream_invalid' } },
  },
];

const RECORDED: readonly DialectRow[] = [
  {
    server: 'adds a scope that the document expects, and an audience',
    claims: { aud: ['account'], scope: 'email orders:read', sub: 'service-account' },
    document: { implicit_scope: 'email' },
    recorded: {
      requested: { scope_requested: ['orders:read'], audience_requested: [] },
      granted: {
        sub: 'service-account',
        client_id: 'orders-client',
        scope_granted: ['orders:read'],
        scope_implicit: ['email'],
        audience: ['account'],
      },
    },
  },
  {
    server: 'ignores resource, and issues an opaque token (Hydra)',
    document: { resource: 'https://orders.example.com' },
    recorded: {
      requested: { resource_requested: ['https://orders.example.com'] },
      granted: { audience: [], scope_granted: ['orders:read'] },
    },
  },
  {
    server: 'grants less than requested',
    response: { scope: 'orders:read' },
    request: { scope: 'orders:read orders:write' },
    recorded: {
      requested: { scope_requested: ['orders:read', 'orders:write'] },
      granted: { scope_granted: ['orders:read'] },
    },
  },
];

/** What is known of a vended token: sections 1 and 6 of the dialects. */
export const VENDED_TOKEN_ROWS: readonly DialectRow[] = [
  ...INTROSPECTED,
  ...OPAQUE,
  ...REVOKED,
  ...RECORDED,
];
