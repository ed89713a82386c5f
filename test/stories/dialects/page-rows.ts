import { errorReply, page } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';
import { ISSUER } from '../../support/fake-ports.ts';

const ENDPOINT = `${ISSUER}/oauth2/token`;

/** Responses of what stands in front of a server, and of a failing server: section 1 of the dialects. */
export const PAGE_ROWS: readonly DialectRow[] = [
  ...[301, 302, 303, 307, 308].map(
    (status): DialectRow => ({
      server: `redirects token requests with status ${status}`,
      token: page(status, { location: 'https://elsewhere.example.com/canary-upstream-body-93c1' }),
      refused: {
        code: 'upstream_invalid',
        says: [`redirects (status ${status})`, 'Redirects are not followed', ENDPOINT],
        advice: 'token_endpoint',
      },
      tokenRequests: 1,
    }),
  ),
  {
    server: 'has a proxy in front that requires authentication',
    token: page(407),
    refused: { code: 'upstream_invalid', says: 'status 407', advice: 'proxy' },
  },
  {
    server: 'writes the content type of a page, and JSON',
    token: {
      status: 400,
      headers: { 'content-type': 'text/html' },
      body: '{"error":"invalid_request"}',
    },
    refused: { code: 'upstream_invalid', says: '(status 400, invalid_request)' },
  },
  ...[404, 405, 410].map(
    (status): DialectRow => ({
      server: `has no token endpoint there: status ${status}`,
      token: page(status),
      refused: {
        code: 'upstream_invalid',
        says: [`status ${status}`, 'an HTML page'],
        advice: 'issuer or token_endpoint',
      },
    }),
  ),
  {
    server: 'is behind a gateway without a server',
    token: page(502),
    refused: { code: 'upstream_unavailable', says: ['status 502', 'an HTML page'] },
    tokenRequests: 3,
  },
  {
    server: 'is in maintenance for a minute',
    token: page(503, { 'retry-after': '60' }),
    refused: { code: 'upstream_unavailable', says: 'status 503', retryAfter: 60 },
    tokenRequests: 1,
  },
  {
    server: 'responds with temporarily_unavailable and status 400',
    token: errorReply(400, 'temporarily_unavailable'),
    refused: { code: 'upstream_unavailable', says: 'temporarily_unavailable' },
    tokenRequests: 3,
  },
  {
    server: 'limits the rate',
    token: { status: 429, headers: { 'retry-after': '60' } },
    refused: {
      code: 'upstream_rate_limited',
      says: ['limits the rate of requests', ENDPOINT],
      retryAfter: 60,
    },
    tokenRequests: 1,
  },
  {
    server: 'closes idle connections unseen, like a NAT',
    vended: { source: 'minted' },
    later: [
      {
        request: { scope: 'orders:write' },
        token: ({ before }) =>
          before > 0
            ? 'hang-up'
            : { body: { access_token: 'canary-token-of-a-new-connection', expires_in: 60 } },
        vended: { source: 'minted', scope: 'orders:write' },
        tokenRequests: 3,
      },
    ],
  },
];
