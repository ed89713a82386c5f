import { page } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { publishedJwk } from '../../support/dialects/signed-token.ts';

const right: Record<string, unknown> = { ...publishedJwk('ES256'), kid: 'ES256' };
const TEN_MINUTES = 600_001;

const vended = { vended: { scope: 'orders:read' } };

const ROTATIONS: readonly DialectRow[] = [
  {
    server: 'rotates its key, and rotates it again a second later',
    claims: {},
    ...vended,
    later: [
      {
        after: 1_000,
        claims: {},
        key: 'ES256 second',
        request: { scope: 'orders:write' },
        vended: { source: 'minted', scope: 'orders:write' },
      },
      {
        after: 1_000,
        claims: {},
        key: 'ES256 third',
        request: { scope: 'orders:read orders:write' },
        vended: { source: 'minted', scope: 'orders:read orders:write' },
      },
    ],
  },
  {
    server: 'signs by another key of the same name',
    claims: {},
    ...vended,
    later: [
      {
        after: 3_000,
        claims: {},
        key: 'ES256 second',
        header: { kid: 'ES256' },
        keys: [{ ...publishedJwk('ES256 second'), kid: 'ES256' }],
        request: { scope: 'orders:write' },
        vended: { source: 'minted' },
      },
    ],
  },
  {
    server: 'signs by a key that it publishes later, while a token is still valid',
    claims: {},
    ...vended,
    later: [
      {
        after: 3_500_000,
        claims: {},
        key: 'ES256 second',
        keys: [right],
        vended: { source: 'cached' },
      },
      {
        after: 31_000,
        claims: {},
        key: 'ES256 second',
        vended: { source: 'minted', expires_in: 3600 },
      },
    ],
  },
  ...[
    ['a page', page(200)],
    ['503', page(503)],
    ['404', page(404)],
    ['no keys', { body: { keys: [] } }],
    ['{}', { body: {} }],
    ['a broken connection', 'hang-up' as const],
  ].map(
    ([what, reply]): DialectRow => ({
      server: `responds to a later request for keys with ${String(what)}`,
      claims: {},
      ...vended,
      later: [
        {
          after: TEN_MINUTES,
          claims: {},
          routes: { '/jwks': reply as ReturnType<typeof page> },
          request: { scope: 'orders:write' },
          vended: { source: 'minted' },
        },
      ],
    }),
  ),
];

const ERRORS: readonly DialectRow[] = [
  ...[
    ['a page', page(200), ['key set (jwks_uri)', 'an HTML page']],
    [
      'a list',
      { body: [right] },
      ['key set (jwks_uri)', 'must be a JSON object with a list of keys'],
    ],
    [
      'keys that are no list',
      { body: { keys: right } },
      ['must be a JSON object with a list of keys'],
    ],
    ['a redirect', page(302), ['key set (jwks_uri)', 'redirects (status 302)']],
    ['404', page(404), ['key set (jwks_uri)', 'status 404']],
  ].map(
    ([what, reply, says]): DialectRow => ({
      server: `responds to a request for keys with ${String(what)}`,
      claims: {},
      routes: { '/jwks': reply as ReturnType<typeof page> },
      refused: { code: 'upstream_invalid', says: says as string[], advice: 'issuer or jwks_uri' },
    }),
  ),
  {
    server: 'has failing keys',
    claims: {},
    routes: { '/jwks': page(503) },
    refused: { code: 'upstream_unavailable', says: ['key set (jwks_uri)', 'status 503'] },
  },
  {
    server: 'has failing keys that an opaque token does not need',
    routes: { '/jwks': page(503) },
    ...vended,
  },
];

/** Rotations and errors of keys: section 2 of the dialects. */
export const KEY_ROTATION_ROWS: readonly DialectRow[] = [...ROTATIONS, ...ERRORS];
