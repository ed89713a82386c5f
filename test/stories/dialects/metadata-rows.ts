import { page } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import type { Reply } from '../../support/dialects/scripted-server.ts';
import { ISSUER, METADATA } from '../../support/fake-ports.ts';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';
const HOUR = 3_600_001;

const INVALID: readonly (readonly [what: string, reply: Reply])[] = [
  ['404', page(404)],
  ['403', page(403)],
  ['an empty body', {}],
  ['{}', { body: {} }],
  ['a list', { body: [] }],
  ['a page', page(200)],
  ['a redirect', page(302, { location: 'https://elsewhere.example.com/' })],
  ['503', page(503)],
  ['another issuer', { body: { ...METADATA, issuer: 'https://other.example.com' } }],
  ['no token endpoint', { body: { issuer: ISSUER } }],
  ['a broken connection', 'hang-up'],
];

const KNOWN: readonly DialectRow[] = INVALID.map(([what, reply]) => ({
  server: `responds to a later request for metadata with ${what}`,
  vended: { source: 'minted' },
  later: [
    { after: HOUR, routes: { [OPENID]: reply, [OAUTH]: reply }, vended: { source: 'minted' } },
    // The metadata is read again every 30 s.
    { after: 22 * HOUR, routes: { [OPENID]: reply, [OAUTH]: reply }, vended: { source: 'minted' } },
  ],
}));

const invalid = (says: string | readonly string[], advice: string | readonly string[] = []) => ({
  refused: { code: 'upstream_invalid', says, advice },
});

const UNKNOWN: readonly DialectRow[] = [
  {
    server: 'has no metadata',
    routes: { [OPENID]: page(404) },
    ...invalid(
      ['has no metadata at', `${ISSUER}${OPENID}`, `${ISSUER}${OAUTH}`, 'has no token_endpoint'],
      ['token_endpoint', 'jwks_uri'],
    ),
  },
  {
    server: 'has no metadata, with a document that names its endpoints',
    routes: { [OPENID]: page(404) },
    document: { token_endpoint: `${ISSUER}/oauth2/token`, jwks_uri: `${ISSUER}/jwks` },
    claims: {},
    vended: { expires_in: 3600 },
  },
  {
    server: 'has the document of RFC 8414 alone',
    routes: { [OPENID]: page(404), [OAUTH]: { body: METADATA } },
    vended: { expires_in: 3600 },
  },
  {
    server: 'has a page for each unknown path, and the document of RFC 8414',
    routes: { [OPENID]: page(200), [OAUTH]: { body: METADATA } },
    vended: { expires_in: 3600 },
  },
  {
    server: 'has a page for each unknown path',
    routes: { [OPENID]: page(200), [OAUTH]: page(200) },
    ...invalid(
      ['metadata of the authorization server', `${ISSUER}${OPENID}`, 'an HTML page'],
      'Check issuer',
    ),
  },
  {
    server: 'names its keys in the document of RFC 8414 alone',
    metadata: { jwks_uri: undefined },
    routes: { [OAUTH]: { body: METADATA } },
    claims: {},
    vended: { expires_in: 3600 },
  },
  {
    server: 'redirects requests for metadata',
    routes: { [OPENID]: page(301, { location: 'https://elsewhere.example.com/' }) },
    ...invalid(['metadata', 'redirects (status 301)'], 'issuer'),
  },
  {
    server: 'is down',
    routes: { [OPENID]: page(503), [OAUTH]: page(503) },
    refused: { code: 'upstream_unavailable', says: ['metadata', 'status 503'] },
  },
  {
    server: 'begins its metadata with a byte order mark',
    routes: { [OPENID]: { body: `\uFEFF${JSON.stringify(METADATA)}` } },
    vended: { expires_in: 3600 },
  },
];

const ISSUERS: readonly DialectRow[] = [
  {
    server: 'has an issuer with a slash at the end, which the document has not (Auth0)',
    metadata: { issuer: `${ISSUER}/` },
    ...invalid(
      [
        `issuer must be ${ISSUER}, the issuer of the credential document, and it is ${ISSUER}/`,
        'only the slash',
      ],
      `"issuer": "${ISSUER}/"`,
    ),
  },
  {
    server: 'has an issuer without a slash at the end, which the document has',
    document: { issuer: `${ISSUER}/` },
    ...invalid(['only the slash at the end differs'], `"issuer": "${ISSUER}"`),
  },
  {
    server: 'has an issuer with a slash at the end, like the document',
    issuer: `${ISSUER}/`,
    document: { issuer: `${ISSUER}/` },
    claims: {},
    vended: { expires_in: 3600 },
  },
  {
    server: 'has an issuer with a path',
    issuer: `${ISSUER}/auth/realms/shop%20one`,
    document: { issuer: `${ISSUER}/auth/realms/shop%20one` },
    claims: {},
    vended: { expires_in: 3600 },
  },
  {
    server: 'is behind a reverse proxy, and names another issuer',
    metadata: { issuer: 'http://keycloak.internal:8080/realms/shop' },
    ...invalid(
      [`issuer must be ${ISSUER}`, 'and it is http://keycloak.internal:8080/realms/shop'],
      '"issuer": "http://keycloak.internal:8080/realms/shop"',
    ),
  },
  ...[undefined, null, 7, ['https://auth.example.com'], ''].map(
    (issuer): DialectRow => ({
      server: `has the issuer ${JSON.stringify(issuer)}`,
      metadata: { issuer },
      ...invalid('issuer must be a URL', 'set token_endpoint and jwks_uri'),
    }),
  ),
];

/** Metadata: section 2 of the dialects. */
export const METADATA_ROWS: readonly DialectRow[] = [...KNOWN, ...UNKNOWN, ...ISSUERS];
