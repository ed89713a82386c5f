import type { Fault } from '../../local/authorization-server-faults.ts';

/** A text that no response, error or log may contain. */
export const CANARY = 'canary-upstream-body-93c1';

/** A name, the fault of the authorization server, and the outcome: a source or an error code. */
export type UpstreamRow = readonly [what: string, fault: Fault, outcome: string];

const html = { 'content-type': 'text/html' };

/** Changes the JSON of a correct response. */
export const rewrite = (change: (json: Record<string, unknown>) => unknown): Fault => ({
  kind: 'rewrite',
  change,
});
const forge = (claims: object) =>
  rewrite((json) => {
    const [header, payload, signature] = String(json['access_token']).split('.') as [
      string,
      string,
      string,
    ];
    const forged = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
    return {
      ...json,
      access_token: [
        header,
        Buffer.from(JSON.stringify(forged)).toString('base64url'),
        signature,
      ].join('.'),
    };
  });

const breakSignature = rewrite((json) => {
  const token = String(json['access_token']);
  const flipped = token.at(-10) === 'A' ? 'B' : 'A';
  return { ...json, access_token: token.slice(0, -10) + flipped + token.slice(-9) };
});

/** Responses to a request for metadata. */
export const INVALID_METADATA: readonly UpstreamRow[] = [
  [
    'another issuer',
    { kind: 'rewrite', change: (json) => ({ ...json, issuer: 'https://evil.example.net' }) },
    'upstream_invalid',
  ],
  [
    'an http token endpoint elsewhere',
    {
      kind: 'rewrite',
      change: (json) => ({ ...json, token_endpoint: 'http://evil.example.net/t' }),
    },
    'upstream_invalid',
  ],
  [
    'a cross-site token endpoint',
    {
      kind: 'rewrite',
      change: (json) => ({ ...json, token_endpoint: 'https://evil.example.net/t' }),
    },
    'upstream_invalid',
  ],
  [
    '10 MB of body',
    { kind: 'response', status: 200, body: `"${'x'.repeat(10_000_000)}"` },
    'upstream_invalid',
  ],
  [
    'HTML',
    { kind: 'response', status: 200, headers: html, body: `<html>${CANARY}</html>` },
    'upstream_invalid',
  ],
  [
    'a redirect',
    { kind: 'response', status: 302, headers: { location: 'http://127.0.0.1:1/' } },
    'upstream_invalid',
  ],
  ['a list', { kind: 'response', status: 200, body: '[]' }, 'upstream_invalid'],
  ['a slow drip', { kind: 'drip' }, 'upstream_timeout'],
  ['a reset', { kind: 'reset' }, 'upstream_unavailable'],
];

/** Responses to a request for a token that have status 200. */
export const INVALID_TOKENS: readonly UpstreamRow[] = [
  ['junk', { kind: 'response', status: 200, body: CANARY }, 'upstream_invalid'],
  ['no token', rewrite(() => ({ token_type: 'Bearer', expires_in: 60 })), 'token_unacceptable'],
  ['another type', rewrite((json) => ({ ...json, token_type: 'mac' })), 'token_unacceptable'],
  ['a negative lifetime', rewrite((json) => ({ ...json, expires_in: -5 })), 'token_unacceptable'],
  [
    'a lifetime in words',
    rewrite((json) => ({ ...json, expires_in: 'soon' })),
    'token_unacceptable',
  ],
  [
    'an opaque token without a lifetime',
    rewrite(() => ({ access_token: `opaque-${CANARY}`, token_type: 'Bearer' })),
    'token_unacceptable',
  ],
  [
    'a wider scope',
    rewrite((json) => ({ ...json, scope: 'orders:read admin' })),
    'token_unacceptable',
  ],
  [
    'another audience in a forged JWT',
    forge({ aud: 'https://evil.example.net' }),
    'token_unacceptable',
  ],
  [
    'another issuer in a forged JWT',
    forge({ iss: 'https://evil.example.net' }),
    'token_unacceptable',
  ],
  ['a bad signature', breakSignature, 'token_unacceptable'],
];

/** Errors of the token endpoint. */
export const FAILING_SERVER: readonly UpstreamRow[] = [
  [
    '429 with a Retry-After that fits',
    { kind: 'response', status: 429, headers: { 'retry-after': '1' }, times: 1 },
    'minted',
  ],
  [
    '429 with a Retry-After that does not fit',
    { kind: 'response', status: 429, headers: { 'retry-after': '60' }, times: 1 },
    'upstream_rate_limited',
  ],
  ['500 once', { kind: 'response', status: 500, body: CANARY, times: 1 }, 'minted'],
  [
    'HTML 502 twice',
    { kind: 'response', status: 502, headers: html, body: `<h1>${CANARY}</h1>`, times: 2 },
    'minted',
  ],
  ['a reset once', { kind: 'reset', times: 1 }, 'minted'],
  [
    'an error that quotes the secret',
    {
      kind: 'response',
      status: 400,
      body: `{"error":"invalid_request","error_description":"${CANARY}"}`,
    },
    'upstream_invalid',
  ],
  [
    'invalid_scope',
    { kind: 'response', status: 400, body: '{"error":"invalid_scope"}' },
    'scope_refused',
  ],
  [
    'invalid_target',
    { kind: 'response', status: 400, body: '{"error":"invalid_target"}' },
    'target_refused',
  ],
  [
    'unauthorized_client',
    { kind: 'response', status: 400, body: '{"error":"unauthorized_client"}' },
    'credential_refused',
  ],
  [
    'a redirect',
    { kind: 'response', status: 307, headers: { location: 'http://127.0.0.1:1/' } },
    'upstream_invalid',
  ],
];
