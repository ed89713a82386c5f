import type { DialectRow } from '../../support/dialects/dialect-row.ts';

const write = { scope: 'orders:write' };

/** Lifetimes that the caller did not ask about: section 1 of the dialects. */
export const LIFETIME_ROWS: readonly DialectRow[] = [
  ...[10, 30, 60, 300].map(
    (expires_in): DialectRow => ({
      server: `issues tokens of ${expires_in} s (Keycloak)`,
      response: { expires_in },
      vended: { expires_in, source: 'minted' },
      later: [
        {
          after: 1_000,
          vended: { expires_in: expires_in - 1, source: 'cached' },
          tokenRequests: 1,
        },
      ],
    }),
  ),
  {
    server: 'issues tokens of 60 s, for a caller that asks for more',
    response: { expires_in: 60 },
    request: { min_ttl: '61' },
    refused: { code: 'min_ttl_unsatisfiable', says: 'lives 60 s, which is less than min_ttl' },
    // The token is remembered for callers that ask for less.
    later: [{ after: 1_000, vended: { expires_in: 59, source: 'cached' }, tokenRequests: 1 }],
  },
  {
    server: 'repeats its token, for a caller that asks for more than is left (WSO2)',
    repeats: 3600,
    vended: { source: 'minted', expires_in: 3599 },
    later: [
      {
        after: 3_500_000,
        repeats: 3600,
        request: { min_ttl: '600' },
        refused: {
          code: 'upstream_unavailable',
          says: 'The authorization server repeats its token; a new one in 99 s.',
          advice: 'min_ttl',
          retryAfter: 99,
        },
      },
      { after: 1_000, repeats: 3600, vended: { expires_in: 98 } },
    ],
  },
  {
    server: 'repeats its token, in the last seconds of it (WSO2)',
    repeats: 3600,
    vended: { source: 'minted' },
    later: [
      { after: 3_597_000, repeats: 3600, request: { min_ttl: '60' }, vended: { expires_in: 3599 } },
    ],
  },
  ...[3_598_500, 3_599_000, 3_599_500, 3_599_900].map(
    (after): DialectRow => ({
      server: `repeats its token, ${3_600_000 - after} ms before another one (WSO2)`,
      repeats: 3600,
      vended: { source: 'minted' },
      later: [{ after, repeats: 3600, vended: { token_type: 'Bearer' } }],
    }),
  ),
  {
    server: 'issued a token that it repeats before this process started',
    repeats: 3600,
    request: write,
    vended: { source: 'minted', scope: 'orders:write' },
    later: [
      { after: 3_599_200, repeats: 3600, vended: { source: 'minted', scope: 'orders:read' } },
    ],
  },
];
