import { type DialectRow, refusedToken } from '../../support/dialects/dialect-row.ts';

/** The granted scope: sections 1 and 6 of the dialects. */
export const SCOPE_ROWS: readonly DialectRow[] = [
  ...[7, {}, ['a', null]].map(
    (scope): DialectRow => ({
      server: `writes the claim scope ${JSON.stringify(scope)}`,
      claims: { scope },
      ...refusedToken('the claim scope must be scopes', '"access_token_format": "opaque"'),
    }),
  ),
  ...[
    'orders:write orders:read',
    ['orders:read', 'orders:write'],
    'orders:read,orders:write',
    'orders:read\n orders:write ',
  ].map(
    (scope): DialectRow => ({
      server: `writes the scope ${JSON.stringify(scope)}`,
      response: { scope },
      request: { scope: 'orders:read orders:write' },
      vended: { scope: 'orders:read orders:write' },
    }),
  ),
  ...[undefined, null].map(
    (scope): DialectRow => ({
      server: `writes the scope ${JSON.stringify(scope)}`,
      response: { scope },
      vended: { scope: 'orders:read' },
    }),
  ),
  {
    server: 'grants less than requested',
    response: { scope: 'orders:read' },
    request: { scope: 'orders:read orders:write' },
    vended: { scope: 'orders:read' },
  },
  ...[7, [7], {}, 'a"b', ['a', null]].map(
    (scope): DialectRow => ({
      server: `writes the scope ${JSON.stringify(scope)}`,
      response: { scope },
      ...refusedToken('scope must be scopes (RFC 6749 section 3.3)'),
    }),
  ),
  {
    server: 'adds scopes to every token (Keycloak)',
    response: { scope: 'email orders:read profile' },
    ...refusedToken('the server added email profile', '"implicit_scope": "email profile"'),
  },
  {
    server: 'adds scopes to every token that the document expects',
    response: { scope: 'email orders:read profile' },
    document: { implicit_scope: 'email profile' },
    vended: { scope: 'orders:read' },
  },
  {
    server: 'chooses the scope if none is requested',
    response: { scope: 'orders:read orders:write' },
    document: { default_scope: undefined },
    vended: { scope: 'orders:read orders:write' },
  },
  {
    server: 'chooses a scope beyond the document if none is requested (Hydra)',
    response: { scope: 'orders:read stock:read' },
    document: { default_scope: undefined },
    ...refusedToken('no scope was requested, and the token has stock:read', 'default_scope'),
  },
];
