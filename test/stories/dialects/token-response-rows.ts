import { type DialectRow, refusedToken } from '../../support/dialects/dialect-row.ts';

const TYPES: readonly DialectRow[] = [
  ...[undefined, null, '', 'BearerToken', 'JWT', 'bearer', 'OAuth2', 'access_token'].map(
    (token_type): DialectRow => ({
      server: `has the token_type ${JSON.stringify(token_type)}`,
      response: { token_type },
      vended: { token_type: 'Bearer', expires_in: 3600 },
    }),
  ),
  ...[
    ['DPoP', 'token_type must be Bearer, and it is DPoP'],
    ['mac', 'token_type must be Bearer, and it is MAC'],
    ['PoP', 'token_type must be Bearer, and it is PoP'],
    ['N_A', 'token_type must be Bearer, and it is N_A'],
    ['canary-upstream-body-93c1', 'token_type must be Bearer.'],
    [7, 'token_type must be Bearer.'],
  ].map(
    ([token_type, says]): DialectRow => ({
      server: `has the token_type ${JSON.stringify(token_type)}`,
      response: { token_type },
      ...refusedToken(String(says)),
    }),
  ),
];

const LIFETIMES: readonly DialectRow[] = [
  ...[
    ['3599', 3599],
    [' 3599 ', 3599],
    [3599.9, 3599],
    ['3599.9', 3599],
    [315_360_000, 315_360_000],
    [1e12, 315_360_000],
    ['99999999999999999999', 315_360_000],
  ].map(
    ([expires_in, seconds]): DialectRow => ({
      server: `has expires_in ${JSON.stringify(expires_in)}`,
      response: { expires_in },
      vended: { expires_in: seconds },
    }),
  ),
  ...[undefined, null, ''].flatMap((expires_in): DialectRow[] => [
    {
      server: `has expires_in ${JSON.stringify(expires_in)} and a JWT`,
      response: { expires_in },
      claims: {},
      vended: { expires_in: 3600 },
    },
    {
      server: `has expires_in ${JSON.stringify(expires_in)} and an opaque token`,
      response: { expires_in },
      ...refusedToken('expires_in is missing', '"access_token_lifetime"'),
    },
    {
      server: `has expires_in ${JSON.stringify(expires_in)}, which the document replaces`,
      response: { expires_in },
      document: { access_token_lifetime: 900 },
      vended: { expires_in: 900 },
    },
  ]),
  ...[-5, 'soon', true, [3600], { seconds: 3600 }, '-1'].map(
    (expires_in): DialectRow => ({
      server: `has expires_in ${JSON.stringify(expires_in)}`,
      response: { expires_in },
      ...refusedToken('expires_in must be a number of seconds from 0'),
    }),
  ),
];

const TOKENS: readonly DialectRow[] = [
  ...[8, 40].map(
    (kilobytes): DialectRow => ({
      server: `issues tokens of ${kilobytes} KB (Keycloak, WSO2)`,
      claims: { roles: 'x'.repeat(kilobytes * 1_000) },
      vended: { expires_in: 3600 },
      bytes: kilobytes * 1_000,
    }),
  ),
  ...[undefined, null].map(
    (access_token): DialectRow => ({
      server: `has the access_token ${JSON.stringify(access_token)}`,
      response: { access_token },
      ...refusedToken('access_token is missing'),
    }),
  ),
  ...['', 'a b', 'a\r\nb', 'ä', 7, {}, ['a']].map(
    (access_token): DialectRow => ({
      server: `has the access_token ${JSON.stringify(access_token)}`,
      response: { access_token },
      ...refusedToken('access_token must be a string of printable ASCII characters'),
    }),
  ),
];

/** Members of the token response: section 1 of the dialects. */
export const TOKEN_RESPONSE_ROWS: readonly DialectRow[] = [...TYPES, ...LIFETIMES, ...TOKENS];
