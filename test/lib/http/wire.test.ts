import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import {
  callerIdentitySchema,
  credentialListSchema,
  endpointMetadataSchema,
  errorResponseSchema,
  evaluationResponseSchema,
  introspectionResponseSchema,
  revocationResponseSchema,
  vendedTokenSchema,
} from '../../../lib/http/wire.ts';

const token = {
  access_token: 't',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: '',
  expires_at: 1_800_003_600,
  issued_at: 1_800_000_000,
  credential: 'a/b',
  mint_id: 'm',
  vend_id: 'v',
  source: 'minted',
};
const error = {
  error: 'access_denied',
  error_description: 'No.',
  error_uri: 'https://example.com',
  code: 'policy_denied',
  request_id: 'r',
  advice: '',
};
const identity = {
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:role/x',
  principal: 'arn:aws:iam::111122223333:role/x',
  kind: 'role',
  name: 'x',
  user_id: 'AROA:s',
};
const description = {
  credential: 'a/b',
  issuer: 'https://as.example',
  profile: 'generic',
  status: 'enabled',
  scopes: ['x'],
  default_scope: [],
  audiences: [],
  resources: [],
};
const context = { policies: ['p'], unmet: [], advice: '', errors: [], policy_version: 'f' };
const metadata = { issuer: 'https://a', token_endpoint: 'https://a/oauth2/token' };

describe('responses of the endpoint', () => {
  it.each([
    ['a token', vendedTokenSchema, token],
    ['a token with scopes', vendedTokenSchema, { ...token, scope: 'orders:read orders:write' }],
    ['an error', errorResponseSchema, error],
    ['an identity', callerIdentitySchema, { ...identity, session_name: 's' }],
    ['credentials', credentialListSchema, { credentials: [description] }],
    ['a decision', evaluationResponseSchema, { decision: true, context }],
    ['an inactive token', introspectionResponseSchema, { active: false }],
    [
      'an active token',
      introspectionResponseSchema,
      { active: true, token_type: 'Bearer', aud: ['a'], exp: 1 },
    ],
    ['a revocation', revocationResponseSchema, { evicted: 1, upstream: 'unsupported' }],
    ['metadata', endpointMetadataSchema, { ...metadata, software_version: '1.2.3' }],
    ['metadata of an older endpoint', endpointMetadataSchema, metadata],
  ])('are read: %s', (_, schema, response) => {
    expect(v.parse(schema, response)).toEqual(response);
  });

  it('keep members that a newer endpoint may add, also in lists', () => {
    const newer = { credentials: [{ ...description, added: 1 }], added: 2 };
    expect(v.parse(credentialListSchema, newer)).toEqual(newer);
    const decision = { decision: true, context: { ...context, added: 1 } };
    expect(v.parse(evaluationResponseSchema, decision)).toEqual(decision);
  });

  it.each([
    ['a token that is empty', vendedTokenSchema, { ...token, access_token: '' }],
    ...['a\r\nX-Role: admin', 'a\n', 'a\u0000b', 'a b', 'a\u001b[2J', 'ä'].map(
      (access_token) =>
        [
          `a token ${JSON.stringify(access_token)}`,
          vendedTokenSchema,
          { ...token, access_token },
        ] as const,
    ),
    ['a token with a line end', vendedTokenSchema, { ...token, access_token: 't\r\nx: y' }],
    ['a scope with a line end', vendedTokenSchema, { ...token, scope: 'a\r\nb' }],
    ['a token of another type', vendedTokenSchema, { ...token, token_type: 'MAC' }],
    ['a source of another name', vendedTokenSchema, { ...token, source: 'guessed' }],
    ['a code that is in no table', errorResponseSchema, { ...error, code: 'not_yet_known' }],
    ['a code that is no text', errorResponseSchema, { ...error, code: 7 }],
    ['scopes as text', credentialListSchema, { credentials: [{ ...description, scopes: 'x' }] }],
    ['an active token of no type', introspectionResponseSchema, { active: true }],
    ['a revocation that states nothing', revocationResponseSchema, {}],
    ['a page instead of a revocation', revocationResponseSchema, null],
    ['a page', callerIdentitySchema, undefined],
  ])('are rejected: %s', (_, schema, response) => {
    expect(v.is(schema, response)).toBe(false);
  });

  it('need no error_uri and no advice', () => {
    const { error_uri: _uri, advice: _advice, ...least } = error;
    expect(v.parse(errorResponseSchema, least)).toEqual({ ...least, error_uri: '', advice: '' });
    expect(v.parse(revocationResponseSchema, undefined)).toBeUndefined();
  });
});

describe('times of a vended token', () => {
  it.each([
    ['in the year 10000', { expires_at: 253_402_300_800 }],
    ['in no year', { expires_at: 1e300 }],
    ['before 1970', { issued_at: -1 }],
    ['with a fraction', { expires_at: 1.5 }],
    ['a lifetime below 0', { expires_in: -1 }],
    ['a lifetime as text', { expires_in: '60' }],
  ])('are refused %s, because clients make dates of them', (_what, times) => {
    expect(v.is(vendedTokenSchema, { ...token, ...times })).toBe(false);
  });

  it('may be in the last second of the year 9999', () => {
    expect(v.is(vendedTokenSchema, { ...token, expires_at: 253_402_300_799 })).toBe(true);
  });
});
