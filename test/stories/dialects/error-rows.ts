import { errorReply } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const ENDPOINT = `${ISSUER}/oauth2/token`;
const AUDIENCE = 'https://orders.example.com';

/** Error codes: section 1 of the dialects. */
export const ERROR_ROWS: readonly DialectRow[] = [
  ...[
    [403, 'access_denied', 'its realm or tenant'],
    [400, 'invalid_request', 'token_parameters'],
    [400, 'invalid_grant', 'its realm or tenant'],
    [400, 'unsupported_grant_type', 'grant_type'],
    [400, 'server_error', ''],
    [400, 'Invalid_Request', 'token_parameters'],
  ].map(
    ([status, error, advice]): DialectRow => ({
      server: `responds with ${error} and status ${status}`,
      token: errorReply(Number(status), error),
      refused: {
        code: 'upstream_invalid',
        says: [
          `status ${status}, ${String(error).toLowerCase()}`,
          ENDPOINT,
          'The request named scope orders:read',
        ],
        advice: String(advice),
      },
    }),
  ),
  {
    server: 'lists the grants that it supports instead of client_credentials',
    metadata: { grant_types_supported: ['authorization_code', 'refresh_token'] },
    token: errorReply(400, 'unsupported_grant_type'),
    refused: {
      code: 'upstream_invalid',
      says: 'unsupported_grant_type',
      advice: 'whose metadata lists authorization_code, refresh_token',
    },
  },
  {
    server: 'refuses an audience with invalid_request (Hydra)',
    token: errorReply(400, 'invalid_request'),
    document: { audience: AUDIENCE, profile: 'hydra' },
    refused: {
      code: 'upstream_invalid',
      says: ['invalid_request', `audience ${AUDIENCE}`],
      advice: 'Add it to the audience of the client',
    },
  },
  {
    server: 'responds with invalid_target',
    token: errorReply(400, 'invalid_target'),
    document: { audience: AUDIENCE },
    refused: {
      code: 'target_refused',
      says: ['invalid_target', AUDIENCE],
      advice: 'audience and resource',
    },
  },
  {
    server: 'refuses the scope that the document chose',
    token: errorReply(400, 'invalid_scope'),
    refused: {
      code: 'scope_refused',
      says: 'refused default_scope of the credential document (invalid_scope): orders:read',
      advice: 'default_scope',
    },
  },
  {
    server: 'refuses the scope that the caller chose',
    token: errorReply(401, 'invalid_scope'),
    request: { scope: 'orders:write' },
    refused: {
      code: 'scope_refused',
      says: 'refused the requested scope (invalid_scope): orders:write',
    },
  },
  {
    server: 'requires a scope',
    token: errorReply(400, 'invalid_scope'),
    document: { default_scope: undefined },
    refused: {
      code: 'scope_refused',
      says: 'names no scope (invalid_scope)',
      advice: 'default_scope',
    },
  },
  ...[
    errorReply(400, 'use_dpop_nonce'),
    errorReply(400, 'invalid_dpop_proof'),
    { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_token"' } },
  ].map(
    (token, number): DialectRow => ({
      server: `requires DPoP, form ${number + 1}`,
      token,
      refused: { code: 'upstream_invalid', says: 'requires DPoP (RFC 9449)', advice: 'DPoP' },
    }),
  ),
  {
    server: 'responds with an error code of its own',
    token: errorReply(400, 'canary-upstream-body-93c1'),
    refused: {
      code: 'upstream_invalid',
      says: '(status 400, an error code that is not registered)',
    },
  },
  ...[{ code: 'canary-upstream-body-93c1' }, 7, null].map(
    (error): DialectRow => ({
      server: `responds with the error ${JSON.stringify(error)}`,
      token: errorReply(400, error),
      refused: { code: 'upstream_invalid', says: '(status 400).' },
    }),
  ),
  {
    server: 'responds with an error of its own and status 200',
    token: errorReply(200, 'canary-upstream-body-93c1'),
    refused: {
      code: 'upstream_invalid',
      says: '(status 200, an error code that is not registered)',
    },
  },
];
