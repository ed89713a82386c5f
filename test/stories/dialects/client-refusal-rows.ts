import { errorReply, page } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import type { Route } from '../../support/dialects/scripted-server.ts';
import { ISSUER, SECRET_CANARY } from '../../support/fake-ports.ts';

const ENDPOINT = `${ISSUER}/oauth2/token`;

/** A server that knows one secret. */
const knows =
  (secret: string, refusal: Route): Route =>
  async (request) => {
    const { authorization = '' } = request.headers;
    if (!atob(authorization.slice(6)).endsWith(`:${secret}`))
      return typeof refusal === 'function' ? await refusal(request) : refusal;
    const scope = request.form.get('scope');
    return {
      body: { access_token: `canary-token-of-${scope}`, token_type: 'Bearer', expires_in: 3600 },
    };
  };

/** Refusals of the client: section 1 of the dialects. */
export const CLIENT_REFUSAL_ROWS: readonly DialectRow[] = [
  ...[400, 401, 403].map(
    (status): DialectRow => ({
      server: `responds to a wrong secret with unauthorized_client and status ${status} (Keycloak)`,
      token: errorReply(status, 'unauthorized_client'),
      refused: {
        code: 'credential_refused',
        says: ['(unauthorized_client)', 'The secret may be wrong', ENDPOINT],
        advice: 'secret in Secrets Manager',
      },
    }),
  ),
  ...[
    [400, errorReply(400, 'invalid_client'), '(invalid_client)'],
    [401, { status: 401 }, '(status 401)'],
    [401, errorReply(401, 'canary-upstream-body-93c1'), '(status 401)'],
    [401, page(401), '(status 401)'],
  ].map(
    ([status, token, says], number): DialectRow => ({
      server: `refuses the client with status ${status}, form ${number + 1}`,
      token: token as Route,
      refused: {
        code: 'credential_refused',
        says: String(says),
        advice: '"token_endpoint_auth_method": "client_secret_post"',
      },
    }),
  ),
  {
    server: 'refuses a client assertion',
    token: errorReply(401, 'invalid_client'),
    document: { token_endpoint_auth_method: 'client_secret_jwt' },
    refused: {
      code: 'credential_refused',
      says: '(invalid_client)',
      advice: '"client_assertion_audience": "token_endpoint"',
    },
  },
  {
    server: 'refuses the client, and lists other methods than that of the document',
    token: errorReply(401, 'invalid_client'),
    metadata: { token_endpoint_auth_methods_supported: ['tls_client_auth'] },
    refused: {
      code: 'credential_refused',
      says: 'Its metadata lists tls_client_auth for token_endpoint_auth_method, and the document has client_secret_basic',
    },
  },
  ...[
    errorReply(200, 'invalid_client'),
    errorReply(401, 'invalid_client'),
    errorReply(401, 'unauthorized_client'),
    errorReply(403, 'unauthorized_client'),
    page(401),
  ].map(
    (refusal, number): DialectRow => ({
      server: `still knows the secret before a rotation, and refuses the new one, form ${number + 1}`,
      token: knows(SECRET_CANARY, refusal),
      vended: { source: 'minted' },
      tokenRequests: 1,
      later: [
        {
          after: 61_000,
          rotated: { client_secret: 'canary-rotated-secret' },
          token: knows(SECRET_CANARY, refusal),
          request: { scope: 'orders:write' },
          vended: { source: 'minted' },
          tokenRequests: 3,
        },
      ],
    }),
  ),
  {
    server: 'responds with an empty 403 (Glewlwyd), which stops no other request',
    token: { status: 403 },
    refused: {
      code: 'upstream_invalid',
      says: [
        'token endpoint',
        ENDPOINT,
        'status 403, no body',
        'The request named scope orders:read',
      ],
    },
    later: [{ request: { scope: 'orders:write' }, vended: { source: 'minted' }, tokenRequests: 2 }],
  },
];
