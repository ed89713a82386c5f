import { type DialectRow, refusedToken } from '../../support/dialects/dialect-row.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const AUDIENCE = 'https://orders.example.com';

/** The claim aud: sections 1 and 6 of the dialects. */
export const AUDIENCE_ROWS: readonly DialectRow[] = [
  ...[AUDIENCE, [AUDIENCE], ['account', AUDIENCE]].map(
    (aud): DialectRow => ({
      server: `writes the requested audience as ${JSON.stringify(aud)}`,
      claims: { aud },
      document: { audience: AUDIENCE },
      vended: { expires_in: 3600 },
    }),
  ),
  {
    server: 'ignores audience (Keycloak)',
    claims: { aud: 'account' },
    document: { audience: AUDIENCE },
    ...refusedToken(`the claim aud must contain ${AUDIENCE}, and it is account`, '"audience"'),
  },
  {
    server: 'ignores audience, and the profile says what to do',
    claims: { aud: 'account' },
    issuer: `${ISSUER}/realms/shop`,
    document: { audience: AUDIENCE, profile: 'keycloak', issuer: `${ISSUER}/realms/shop` },
    ...refusedToken('and it is account', 'audience mapper'),
  },
  {
    server: 'ignores resource',
    claims: { aud: undefined },
    document: { resource: AUDIENCE },
    ...refusedToken(`the claim aud must contain ${AUDIENCE}, and it is absent`, '"resource"'),
  },
  {
    server: 'writes the requested audience in a form that cannot be read',
    claims: { aud: { api: AUDIENCE } },
    document: { audience: AUDIENCE },
    ...refusedToken(
      'the claim aud must be text or a list of texts',
      '"access_token_format": "opaque"',
    ),
  },
];
