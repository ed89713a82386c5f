import { type DialectRow, refusedToken } from '../../support/dialects/dialect-row.ts';
import { publishedJwk } from '../../support/dialects/signed-token.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const STS = 'https://sts.windows.net/00000000-1111-2222-3333-444444444444/';

/** Microsoft Graph hashes the nonce of the header before it signs. */
const GRAPH = {
  claims: {},
  key: 'ES256 of nobody',
  header: { kid: 'ES256', nonce: 'n' },
  keys: [{ ...publishedJwk('ES256'), kid: 'ES256' }],
};

const UNVERIFIABLE: readonly DialectRow[] = [
  ...['HS256', 'none'].flatMap((key): DialectRow[] => [
    {
      server: `signs by ${key} (league/oauth2-server)`,
      key,
      keys: [],
      claims: {},
      ...refusedToken(
        'alg of the JWT must be an asymmetric signature',
        '"access_token_format": "opaque"',
      ),
    },
    {
      server: `signs by ${key}, with a document that says opaque`,
      key,
      keys: [],
      claims: {},
      document: { access_token_format: 'opaque' },
      vended: { expires_in: 3600 },
    },
  ]),
  {
    server: 'publishes no keys (Okta org server)',
    claims: {},
    keys: [],
    refused: {
      code: 'upstream_unavailable',
      says: 'signed the token with a key that is not among its published keys (jwks_uri)',
      advice: '"access_token_format": "opaque"',
    },
  },
  {
    server: 'publishes no keys, with a document that says opaque',
    claims: {},
    keys: [],
    document: { access_token_format: 'opaque' },
    vended: { expires_in: 3600 },
  },
  {
    server: 'signs another header than it sends (Microsoft Graph)',
    ...GRAPH,
    ...refusedToken('its signature must be valid', '"access_token_format": "opaque"'),
  },
  {
    server: 'signs another header than it sends, with a document that says opaque',
    ...GRAPH,
    document: { access_token_format: 'opaque' },
    vended: { expires_in: 3600 },
  },
  {
    server: 'has no jwks_uri at all',
    claims: {},
    metadata: { jwks_uri: undefined },
    ...refusedToken('neither the metadata nor the credential document names a jwks_uri', [
      '"jwks_uri"',
      '"access_token_format": "opaque"',
    ]),
  },
  {
    server: 'has no jwks_uri at all, with a document that names it',
    claims: {},
    metadata: { jwks_uri: undefined },
    document: { jwks_uri: `${ISSUER}/jwks` },
    vended: { expires_in: 3600 },
  },
  {
    server: 'issues encrypted tokens of five parts',
    response: { access_token: 'eyJhbGciOiJkaXIifQ.canary-key.canary-iv.canary-text.canary-tag' },
    ...refusedToken('contains the header of a JWT and is none that can be read', [
      '"access_token_format": "opaque"',
    ]),
  },
  {
    server: 'issues encrypted tokens of five parts, with a document that says opaque',
    document: { access_token_format: 'opaque' },
    response: { access_token: 'eyJhbGciOiJkaXIifQ.canary-key.canary-iv.canary-text.canary-tag' },
    vended: { expires_in: 3600 },
  },
  {
    server: 'issues opaque tokens, with a document that says jwt',
    document: { access_token_format: 'jwt' },
    ...refusedToken('access_token must be a JWT', '"access_token_format"'),
  },
  {
    server: 'signs a payload that is no object',
    payload: '"text"',
    ...refusedToken(
      'the payload of the JWT must be a JSON object',
      '"access_token_format": "opaque"',
    ),
  },
];

const ISSUERS: readonly DialectRow[] = [
  {
    server: 'names the issuer of its tokens in the metadata (AD FS)',
    claims: { iss: 'http://auth.example.com/adfs/services/trust' },
    metadata: { access_token_issuer: 'http://auth.example.com/adfs/services/trust' },
    vended: { expires_in: 3600 },
  },
  {
    server: 'writes another issuer into its tokens (Entra ID)',
    claims: { iss: STS },
    ...refusedToken([`the claim iss must be ${ISSUER}, and it is ${STS}`], '"access_token_issuer"'),
  },
  {
    server: 'writes another issuer into its tokens that the document names',
    claims: { iss: STS },
    document: { access_token_issuer: STS },
    vended: { expires_in: 3600 },
  },
  {
    server: 'issues tokens by another issuer with keys of its own (PingFederate)',
    claims: { iss: 'https://sso.example.net/manager' },
    routes: {
      '/jwks': { body: { keys: [publishedJwk('ES256 of nobody')] } },
      'https://sso.example.net/jwks': { body: { keys: [publishedJwk('ES256')] } },
    },
    document: {
      access_token_issuer: 'https://sso.example.net/manager',
      jwks_uri: 'https://sso.example.net/jwks',
    },
    vended: { expires_in: 3600 },
  },
  {
    server: 'adds a slash to iss',
    claims: { iss: `${ISSUER}/` },
    ...refusedToken('only the slash at the end differs', '"access_token_issuer"'),
  },
  {
    server: 'adds a slash to iss, with a profile that ignores it',
    claims: { iss: `${ISSUER}/` },
    document: { profile: 'hydra' },
    vended: { expires_in: 3600 },
  },
  ...[undefined, null].map(
    (iss): DialectRow => ({
      server: `writes iss as ${JSON.stringify(iss)}`,
      claims: { iss },
      ...refusedToken(
        `the claim iss must be ${ISSUER}, and the token has none`,
        '"access_token_format": "opaque"',
      ),
    }),
  ),
  ...[{}, ['https://auth.example.com'], true].map(
    (iss): DialectRow => ({
      server: `writes iss as ${JSON.stringify(iss)}`,
      claims: { iss },
      ...refusedToken('the claim iss must be text', '"access_token_format": "opaque"'),
    }),
  ),
];

/** Signature and iss: section 1 of the dialects. */
export const VERIFICATION_ROWS: readonly DialectRow[] = [...UNVERIFIABLE, ...ISSUERS];
