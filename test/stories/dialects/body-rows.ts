import { brotliCompressSync, gzipSync } from 'node:zlib';
import { errorReply, page } from '../../support/dialects/behaviour.ts';
import type { DialectRow } from '../../support/dialects/dialect-row.ts';

const bearer = (more: object = {}) => ({
  access_token: 'canary-access-token-of-a-gateway',
  token_type: 'Bearer',
  expires_in: 3600,
  ...more,
});

/** Responses as HTTP messages: section 1 of the dialects. */
export const BODY_ROWS: readonly DialectRow[] = [
  {
    server: 'responds with status 201',
    token: { status: 201, body: bearer() },
    vended: { expires_in: 3600 },
  },
  ...['gzip', 'br'].map(
    (coding): DialectRow => ({
      server: `encodes by ${coding} though identity is accepted alone`,
      token: {
        headers: { 'content-encoding': coding },
        body: (coding === 'br' ? brotliCompressSync : gzipSync)(JSON.stringify(bearer())),
      },
      sent: { headers: { 'accept-encoding': 'identity' } },
      vended: { expires_in: 3600 },
    }),
  ),
  {
    server: 'responds with a bomb of gzip',
    token: {
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(10_000_000, ' ')),
    },
    refused: { code: 'upstream_invalid', says: 'is too large' },
  },
  {
    server: 'begins with a byte order mark',
    token: { body: `\uFEFF${JSON.stringify(bearer())}` },
    vended: { expires_in: 3600 },
  },
  {
    server: 'writes another content type',
    token: { headers: { 'content-type': 'text/plain' }, body: JSON.stringify(bearer()) },
    vended: { expires_in: 3600 },
  },
  {
    server: 'writes a form',
    token: {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'access_token=canary-access-token-of-a-form&token_type=bearer&expires_in=600',
    },
    vended: { expires_in: 600 },
  },
  ...['[]', 'null', '7', 'canary-upstream-body-93c1', '{"access_token":'].map(
    (body): DialectRow => ({
      server: `responds with ${body}`,
      token: { body },
      refused: {
        code: 'upstream_invalid',
        says: ['token endpoint', 'must be a JSON object'],
        advice: 'issuer or token_endpoint',
      },
    }),
  ),
  {
    server: 'responds with a page of a proxy',
    token: page(200),
    refused: {
      code: 'upstream_invalid',
      says: 'an HTML page: a proxy, a firewall or a wrong path',
    },
  },
  {
    server: 'has an error member beside the token',
    response: { error: null, error_description: '' },
    vended: { expires_in: 3600 },
  },
  {
    server: 'writes errors with status 200 (Slack, Casdoor)',
    token: errorReply(200, 'invalid_client'),
    refused: { code: 'credential_refused', says: 'refused the credential (invalid_client)' },
  },
];
