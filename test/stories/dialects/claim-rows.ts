import { type DialectRow, refusedToken } from '../../support/dialects/dialect-row.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const start = Math.floor(new FakeClock().now() / 1000);

const UNUSED: readonly DialectRow[] = [
  ...[
    { scope: ['orders:read'] },
    { scope: undefined, scp: ['orders:read'] },
    { scope: undefined, scp: 'orders:read' },
    { client_id: ['orders-client'] },
    { client_id: undefined, azp: 'orders-client' },
    { client_id: { id: 'orders-client' }, sub: ['a', 'b'] },
    { jti: 7 },
    { jti: { id: 7 } },
    { sub: null },
    { nbf: null, iat: null },
    { nbf: 'later', iat: 'now' },
    { aud: null },
    { aud: { api: 'orders' } },
    { roles: null, groups: 7, 'https://example.com/claim': [] },
  ].map(
    (claims): DialectRow => ({
      server: `issues a JWT with ${JSON.stringify(claims)}`,
      claims,
      vended: { scope: 'orders:read' },
    }),
  ),
];

const TIMES: readonly DialectRow[] = [
  ...[start + 1800.5, `${start + 1800}`, `${start + 1800}.5`].map(
    (exp): DialectRow => ({
      server: `writes exp as ${typeof exp} with a fraction or as text: ${exp}`,
      claims: { exp },
      vended: { expires_in: 1800 },
    }),
  ),
  ...['tomorrow', true, {}, [start]].map(
    (exp): DialectRow => ({
      server: `writes exp as ${JSON.stringify(exp)}`,
      claims: { exp },
      ...refusedToken(
        'the claim exp must be a number of seconds',
        '"access_token_format": "opaque"',
      ),
    }),
  ),
  ...[undefined, null].map(
    (exp): DialectRow => ({
      server: `writes exp as ${JSON.stringify(exp)} beside expires_in`,
      claims: { exp },
      vended: { expires_in: 3600 },
    }),
  ),
  {
    server: 'has a clock 5 minutes behind, with tokens of 2 minutes',
    claims: { iat: start - 300, exp: start - 180 },
    response: { expires_in: 120 },
    ...refusedToken(
      'the claim exp must be in the future, and it was 180 s ago: the clock of the server is behind by about 300 s',
      'clock of the authorization server',
    ),
  },
  {
    server: 'has a clock 5 minutes ahead',
    claims: { iat: start + 300, nbf: start + 300, exp: start + 3900 },
    vended: { expires_in: 3600 },
  },
  {
    server: 'issues JWTs of 10 years (Cloud Foundry UAA)',
    claims: { exp: start + 400_000_000 },
    response: { expires_in: undefined },
    vended: { expires_in: 315_360_000 },
  },
];

/** Claims that are not used, and times: section 1 of the dialects. */
export const CLAIM_ROWS: readonly DialectRow[] = [...UNUSED, ...TIMES];
